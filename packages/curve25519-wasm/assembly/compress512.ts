// Made by scripts/generate.mjs; do not edit.

/** Round constants and first state of SHA-512 (FIPS 180-4). */
export const K: usize = memory.data<u64>([0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0xfc19dc68b8cd5b5, 0x240ca1cc77ac9c65, 0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x6ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b, 0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec, 0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x6f067aa72176fba, 0xa637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817]);
export const INITIAL: usize = memory.data<u64>([0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179]);

/** The compression function of SHA-512 over `count` blocks of 128 bytes, upon the state of eight words. */
export function compress(state: usize, blocks: usize, count: i32): void {
  let t: u64 = 0;
  while (count > 0) {
    let a = load<u64>(state, 0);
    let b = load<u64>(state, 8);
    let c = load<u64>(state, 16);
    let d = load<u64>(state, 24);
    let e = load<u64>(state, 32);
    let f = load<u64>(state, 40);
    let g = load<u64>(state, 48);
    let h = load<u64>(state, 56);
    let w0 = bswap<u64>(load<u64>(blocks, 0));
    let w1 = bswap<u64>(load<u64>(blocks, 8));
    let w2 = bswap<u64>(load<u64>(blocks, 16));
    let w3 = bswap<u64>(load<u64>(blocks, 24));
    let w4 = bswap<u64>(load<u64>(blocks, 32));
    let w5 = bswap<u64>(load<u64>(blocks, 40));
    let w6 = bswap<u64>(load<u64>(blocks, 48));
    let w7 = bswap<u64>(load<u64>(blocks, 56));
    let w8 = bswap<u64>(load<u64>(blocks, 64));
    let w9 = bswap<u64>(load<u64>(blocks, 72));
    let w10 = bswap<u64>(load<u64>(blocks, 80));
    let w11 = bswap<u64>(load<u64>(blocks, 88));
    let w12 = bswap<u64>(load<u64>(blocks, 96));
    let w13 = bswap<u64>(load<u64>(blocks, 104));
    let w14 = bswap<u64>(load<u64>(blocks, 112));
    let w15 = bswap<u64>(load<u64>(blocks, 120));
    let k = K;
    while (true) {
      t = h + (rotr<u64>(e, 14) ^ rotr<u64>(e, 18) ^ rotr<u64>(e, 41)) + (g ^ (e & (f ^ g))) + w0 + load<u64>(k, 0);
      d += t;
      h = t + (rotr<u64>(a, 28) ^ rotr<u64>(a, 34) ^ rotr<u64>(a, 39)) + ((a & b) | (c & (a | b)));
      t = g + (rotr<u64>(d, 14) ^ rotr<u64>(d, 18) ^ rotr<u64>(d, 41)) + (f ^ (d & (e ^ f))) + w1 + load<u64>(k, 8);
      c += t;
      g = t + (rotr<u64>(h, 28) ^ rotr<u64>(h, 34) ^ rotr<u64>(h, 39)) + ((h & a) | (b & (h | a)));
      t = f + (rotr<u64>(c, 14) ^ rotr<u64>(c, 18) ^ rotr<u64>(c, 41)) + (e ^ (c & (d ^ e))) + w2 + load<u64>(k, 16);
      b += t;
      f = t + (rotr<u64>(g, 28) ^ rotr<u64>(g, 34) ^ rotr<u64>(g, 39)) + ((g & h) | (a & (g | h)));
      t = e + (rotr<u64>(b, 14) ^ rotr<u64>(b, 18) ^ rotr<u64>(b, 41)) + (d ^ (b & (c ^ d))) + w3 + load<u64>(k, 24);
      a += t;
      e = t + (rotr<u64>(f, 28) ^ rotr<u64>(f, 34) ^ rotr<u64>(f, 39)) + ((f & g) | (h & (f | g)));
      t = d + (rotr<u64>(a, 14) ^ rotr<u64>(a, 18) ^ rotr<u64>(a, 41)) + (c ^ (a & (b ^ c))) + w4 + load<u64>(k, 32);
      h += t;
      d = t + (rotr<u64>(e, 28) ^ rotr<u64>(e, 34) ^ rotr<u64>(e, 39)) + ((e & f) | (g & (e | f)));
      t = c + (rotr<u64>(h, 14) ^ rotr<u64>(h, 18) ^ rotr<u64>(h, 41)) + (b ^ (h & (a ^ b))) + w5 + load<u64>(k, 40);
      g += t;
      c = t + (rotr<u64>(d, 28) ^ rotr<u64>(d, 34) ^ rotr<u64>(d, 39)) + ((d & e) | (f & (d | e)));
      t = b + (rotr<u64>(g, 14) ^ rotr<u64>(g, 18) ^ rotr<u64>(g, 41)) + (a ^ (g & (h ^ a))) + w6 + load<u64>(k, 48);
      f += t;
      b = t + (rotr<u64>(c, 28) ^ rotr<u64>(c, 34) ^ rotr<u64>(c, 39)) + ((c & d) | (e & (c | d)));
      t = a + (rotr<u64>(f, 14) ^ rotr<u64>(f, 18) ^ rotr<u64>(f, 41)) + (h ^ (f & (g ^ h))) + w7 + load<u64>(k, 56);
      e += t;
      a = t + (rotr<u64>(b, 28) ^ rotr<u64>(b, 34) ^ rotr<u64>(b, 39)) + ((b & c) | (d & (b | c)));
      t = h + (rotr<u64>(e, 14) ^ rotr<u64>(e, 18) ^ rotr<u64>(e, 41)) + (g ^ (e & (f ^ g))) + w8 + load<u64>(k, 64);
      d += t;
      h = t + (rotr<u64>(a, 28) ^ rotr<u64>(a, 34) ^ rotr<u64>(a, 39)) + ((a & b) | (c & (a | b)));
      t = g + (rotr<u64>(d, 14) ^ rotr<u64>(d, 18) ^ rotr<u64>(d, 41)) + (f ^ (d & (e ^ f))) + w9 + load<u64>(k, 72);
      c += t;
      g = t + (rotr<u64>(h, 28) ^ rotr<u64>(h, 34) ^ rotr<u64>(h, 39)) + ((h & a) | (b & (h | a)));
      t = f + (rotr<u64>(c, 14) ^ rotr<u64>(c, 18) ^ rotr<u64>(c, 41)) + (e ^ (c & (d ^ e))) + w10 + load<u64>(k, 80);
      b += t;
      f = t + (rotr<u64>(g, 28) ^ rotr<u64>(g, 34) ^ rotr<u64>(g, 39)) + ((g & h) | (a & (g | h)));
      t = e + (rotr<u64>(b, 14) ^ rotr<u64>(b, 18) ^ rotr<u64>(b, 41)) + (d ^ (b & (c ^ d))) + w11 + load<u64>(k, 88);
      a += t;
      e = t + (rotr<u64>(f, 28) ^ rotr<u64>(f, 34) ^ rotr<u64>(f, 39)) + ((f & g) | (h & (f | g)));
      t = d + (rotr<u64>(a, 14) ^ rotr<u64>(a, 18) ^ rotr<u64>(a, 41)) + (c ^ (a & (b ^ c))) + w12 + load<u64>(k, 96);
      h += t;
      d = t + (rotr<u64>(e, 28) ^ rotr<u64>(e, 34) ^ rotr<u64>(e, 39)) + ((e & f) | (g & (e | f)));
      t = c + (rotr<u64>(h, 14) ^ rotr<u64>(h, 18) ^ rotr<u64>(h, 41)) + (b ^ (h & (a ^ b))) + w13 + load<u64>(k, 104);
      g += t;
      c = t + (rotr<u64>(d, 28) ^ rotr<u64>(d, 34) ^ rotr<u64>(d, 39)) + ((d & e) | (f & (d | e)));
      t = b + (rotr<u64>(g, 14) ^ rotr<u64>(g, 18) ^ rotr<u64>(g, 41)) + (a ^ (g & (h ^ a))) + w14 + load<u64>(k, 112);
      f += t;
      b = t + (rotr<u64>(c, 28) ^ rotr<u64>(c, 34) ^ rotr<u64>(c, 39)) + ((c & d) | (e & (c | d)));
      t = a + (rotr<u64>(f, 14) ^ rotr<u64>(f, 18) ^ rotr<u64>(f, 41)) + (h ^ (f & (g ^ h))) + w15 + load<u64>(k, 120);
      e += t;
      a = t + (rotr<u64>(b, 28) ^ rotr<u64>(b, 34) ^ rotr<u64>(b, 39)) + ((b & c) | (d & (b | c)));
      k += 128;
      if (k == K + 640) break;
      w0 += (rotr<u64>(w1, 1) ^ rotr<u64>(w1, 8) ^ (w1 >> 7)) + w9 + (rotr<u64>(w14, 19) ^ rotr<u64>(w14, 61) ^ (w14 >> 6));
      w1 += (rotr<u64>(w2, 1) ^ rotr<u64>(w2, 8) ^ (w2 >> 7)) + w10 + (rotr<u64>(w15, 19) ^ rotr<u64>(w15, 61) ^ (w15 >> 6));
      w2 += (rotr<u64>(w3, 1) ^ rotr<u64>(w3, 8) ^ (w3 >> 7)) + w11 + (rotr<u64>(w0, 19) ^ rotr<u64>(w0, 61) ^ (w0 >> 6));
      w3 += (rotr<u64>(w4, 1) ^ rotr<u64>(w4, 8) ^ (w4 >> 7)) + w12 + (rotr<u64>(w1, 19) ^ rotr<u64>(w1, 61) ^ (w1 >> 6));
      w4 += (rotr<u64>(w5, 1) ^ rotr<u64>(w5, 8) ^ (w5 >> 7)) + w13 + (rotr<u64>(w2, 19) ^ rotr<u64>(w2, 61) ^ (w2 >> 6));
      w5 += (rotr<u64>(w6, 1) ^ rotr<u64>(w6, 8) ^ (w6 >> 7)) + w14 + (rotr<u64>(w3, 19) ^ rotr<u64>(w3, 61) ^ (w3 >> 6));
      w6 += (rotr<u64>(w7, 1) ^ rotr<u64>(w7, 8) ^ (w7 >> 7)) + w15 + (rotr<u64>(w4, 19) ^ rotr<u64>(w4, 61) ^ (w4 >> 6));
      w7 += (rotr<u64>(w8, 1) ^ rotr<u64>(w8, 8) ^ (w8 >> 7)) + w0 + (rotr<u64>(w5, 19) ^ rotr<u64>(w5, 61) ^ (w5 >> 6));
      w8 += (rotr<u64>(w9, 1) ^ rotr<u64>(w9, 8) ^ (w9 >> 7)) + w1 + (rotr<u64>(w6, 19) ^ rotr<u64>(w6, 61) ^ (w6 >> 6));
      w9 += (rotr<u64>(w10, 1) ^ rotr<u64>(w10, 8) ^ (w10 >> 7)) + w2 + (rotr<u64>(w7, 19) ^ rotr<u64>(w7, 61) ^ (w7 >> 6));
      w10 += (rotr<u64>(w11, 1) ^ rotr<u64>(w11, 8) ^ (w11 >> 7)) + w3 + (rotr<u64>(w8, 19) ^ rotr<u64>(w8, 61) ^ (w8 >> 6));
      w11 += (rotr<u64>(w12, 1) ^ rotr<u64>(w12, 8) ^ (w12 >> 7)) + w4 + (rotr<u64>(w9, 19) ^ rotr<u64>(w9, 61) ^ (w9 >> 6));
      w12 += (rotr<u64>(w13, 1) ^ rotr<u64>(w13, 8) ^ (w13 >> 7)) + w5 + (rotr<u64>(w10, 19) ^ rotr<u64>(w10, 61) ^ (w10 >> 6));
      w13 += (rotr<u64>(w14, 1) ^ rotr<u64>(w14, 8) ^ (w14 >> 7)) + w6 + (rotr<u64>(w11, 19) ^ rotr<u64>(w11, 61) ^ (w11 >> 6));
      w14 += (rotr<u64>(w15, 1) ^ rotr<u64>(w15, 8) ^ (w15 >> 7)) + w7 + (rotr<u64>(w12, 19) ^ rotr<u64>(w12, 61) ^ (w12 >> 6));
      w15 += (rotr<u64>(w0, 1) ^ rotr<u64>(w0, 8) ^ (w0 >> 7)) + w8 + (rotr<u64>(w13, 19) ^ rotr<u64>(w13, 61) ^ (w13 >> 6));
    }
    store<u64>(state, load<u64>(state, 0) + a, 0);
    store<u64>(state, load<u64>(state, 8) + b, 8);
    store<u64>(state, load<u64>(state, 16) + c, 16);
    store<u64>(state, load<u64>(state, 24) + d, 24);
    store<u64>(state, load<u64>(state, 32) + e, 32);
    store<u64>(state, load<u64>(state, 40) + f, 40);
    store<u64>(state, load<u64>(state, 48) + g, 48);
    store<u64>(state, load<u64>(state, 56) + h, 56);
    blocks += 128;
    count--;
  }
}
