/**
 * Writes the unrolled parts of the module: the field of integers modulo p = 2^255 - 19 in ten signed limbs of 26 and 25
 * bits, the constants in that form, and the compression functions of SHA-256 and SHA-512.
 */
const LIMBS = [...Array(10).keys()];
const p = 2n ** 255n - 19n;
const HEADER = '// Made by scripts/generate.mjs; do not edit.\n';

/** Bit where a limb starts, and how many bits it holds. */
const start = (/** @type {number} */ i) => Math.ceil(25.5 * i);
const width = (/** @type {number} */ i) => (i % 2 === 0 ? 26 : 25);

const lines = (/** @type {(i: number) => string} */ line, over = LIMBS) => over.map(line).join('\n');
const load = (/** @type {string} */ name, /** @type {string} */ from, keyword = 'const', over = LIMBS) =>
  lines((i) => `  ${keyword} ${name}${i} = load<i64>(${from}, ${8 * i});`, over);
const store = (/** @type {string} */ name) => lines((i) => `  store<i64>(o, ${name}${i}, ${8 * i});`);

/** One carry from limb i to the next, out of the last one to the first times 19: the remainder is not negative. */
const carry = (/** @type {string} */ name, /** @type {number} */ i, indent = '  ') => {
  const [from, to, w] = [`${name}${i}`, `${name}${(i + 1) % 10}`, width(i)];
  return `${indent}c = ${from} >> ${w};
${indent}${from} &= ${2 ** w - 1};
${indent}${to} += ${i === 9 ? 'c * 19' : 'c'};`;
};
const carries = (/** @type {string} */ name, indent = '  ') =>
  lines((i) => carry(name, i, indent), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);

/** The same with remainders around zero, which leave the value itself, not only its limbs, within p of zero. */
const roundingCarry = (/** @type {string} */ name, /** @type {number} */ i) => {
  const [from, to, w] = [`${name}${i}`, `${name}${(i + 1) % 10}`, width(i)];
  return `  c = (${from} + ${1 << (w - 1)}) >> ${w};
  ${to} += ${i === 9 ? 'c * 19' : 'c'};
  ${from} -= c << ${w};`;
};
const roundingCarries = (/** @type {string} */ name) =>
  lines((i) => roundingCarry(name, i), [0, 4, 1, 5, 2, 6, 3, 7, 4, 8, 9, 0]);

/** What a carried limb is at most, of either sign; and the product of the sizes of two operands, in multiples of that. */
const carried = (/** @type {number} */ i) => (i % 2 === 0 ? 2n ** 26n : 2n ** 25n + 2n ** 17n);
const SIZES = 16n;

/** Proves that no sum of a product overflows, and that the carries leave limbs within `carried`; throws if not. */
const proveBounds = () => {
  // h_k = Σ f_i g_j over i + j = k modulo 10, doubled where both are odd, times 19 beyond the top.
  const sums = LIMBS.map((k) =>
    LIMBS.reduce((sum, i) => {
      const j = (k - i + 10) % 10;
      const factor = (i % 2 === 1 && j % 2 === 1 ? 2n : 1n) * (i + j >= 10 ? 19n : 1n);
      return sum + factor * SIZES * carried(i) * carried(j);
    }, 0n),
  );
  const most = [...sums];
  for (const i of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]) {
    const w = BigInt(width(i));
    const [to, times] = [(i + 1) % 10, i === 9 ? 19n : 1n];
    const own = most[i] ?? 0n;
    if (own >= 2n ** 63n) throw new Error(`limb ${i} overflows`);
    // Symmetric bounds: a carry is at most own / 2^w + 1 in size, what stays is from 0 to 2^w - 1.
    most[to] = (most[to] ?? 0n) + times * ((own >> w) + 1n);
    most[i] = 2n ** w - 1n;
  }
  if (most.some((limb, i) => limb > carried(i))) throw new Error('a limb is too large after the carries');
};

const FIVE = [0, 1, 2, 3, 4];
const even = (/** @type {string} */ name) => (/** @type {number} */ i) => `${name}${2 * i}`;
const odd = (/** @type {string} */ name) => (/** @type {number} */ i) => `${name}${2 * i + 1}`;
const each = (/** @type {string} */ name) => (/** @type {number} */ i) => `${name}${i}`;
const sumsOf = (/** @type {string} */ o, /** @type {string} */ f, indent = '  ') =>
  lines((i) => `${indent}const ${o}${i} = ${f}${2 * i} + ${f}${2 * i + 1};`, FIVE);

/**
 * The limbs of even index are a polynomial E in t = 2^51, those of odd index O times 2^26, and t^5 = 19. By Karatsuba,
 * (E + 2^26 O)(E' + 2^26 O') = (EE' + 2t OO') + 2^26 ((E + O)(E' + O') - EE' - OO'): u, v and w are the three products.
 * Sums of u, v and w may wrap around 2^64, the results do not.
 */
const joined = (/** @type {string} */ indent) =>
  lines(
    (k) => `${indent}let h${2 * k} = u${k} + ${k === 0 ? 'v4 * 38' : `(v${k - 1} << 1)`};
${indent}let h${2 * k + 1} = w${k} - u${k} - v${k};`,
    FIVE,
  );

/** The product of two polynomials of five limbs modulo t^5 - 19. */
const product = (
  /** @type {string} */ o,
  /** @type {(i: number) => string} */ f,
  /** @type {(i: number) => string} */ g,
) => {
  const terms = (/** @type {number} */ k) =>
    FIVE.map((i) => (i <= k ? `${f(i)} * ${g(k - i)}` : `${f(i)} * ${o}n${k - i + 5}`)).join(' + ');
  return `${lines((j) => `  const ${o}n${j} = ${g(j)} * 19;`, FIVE.slice(1))}
${lines((k) => `  const ${o}${k} = ${terms(k)};`, FIVE)}`;
};

/** The square of a polynomial of five limbs modulo t^5 - 19. */
const squared = (/** @type {string} */ o, /** @type {(i: number) => string} */ f, /** @type {string} */ indent) => {
  const [twice, times19] = [(/** @type {number} */ i) => `${o}d${i}`, (/** @type {number} */ i) => `${o}n${i}`];
  return [
    ...[0, 1, 2, 3].map((i) => `${indent}const ${twice(i)} = ${f(i)} << 1;`),
    ...[3, 4].map((i) => `${indent}const ${times19(i)} = ${f(i)} * 19;`),
    `${indent}const ${o}0 = ${f(0)} * ${f(0)} + ${twice(1)} * ${times19(4)} + ${twice(2)} * ${times19(3)};`,
    `${indent}const ${o}1 = ${twice(0)} * ${f(1)} + ${twice(2)} * ${times19(4)} + ${f(3)} * ${times19(3)};`,
    `${indent}const ${o}2 = ${twice(0)} * ${f(2)} + ${f(1)} * ${f(1)} + ${twice(3)} * ${times19(4)};`,
    `${indent}const ${o}3 = ${twice(0)} * ${f(3)} + ${twice(1)} * ${f(2)} + ${f(4)} * ${times19(4)};`,
    `${indent}const ${o}4 = ${twice(0)} * ${f(4)} + ${twice(1)} * ${f(3)} + ${f(2)} * ${f(2)};`,
  ].join('\n');
};

/** Keeps five sums in memory until they are joined: so an engine has fewer values to hold than it has registers. */
const keep = (/** @type {string} */ name, /** @type {number} */ at) =>
  lines((i) => `  store<i64>(PRODUCTS, ${name}${i}, ${at + 8 * i});`, FIVE);

/** Joins u and v, kept in memory, and w; carries, and stores each limb as soon as it is done. */
const joinedAndStored = () => {
  const limb = (/** @type {number} */ i) => {
    const k = i >> 1;
    const kept = (/** @type {string} */ name, /** @type {number} */ n, at = 0) =>
      `  const ${name}${n} = load<i64>(PRODUCTS, ${at + 8 * n});`;
    const parts =
      i === 0
        ? [kept('x', 0), kept('y', 4, 40), '  let h0 = x0 + y4 * 38;']
        : i % 2 === 0
          ? [kept('x', k), `  let h${i} = x${k} + (y${k - 1} << 1) + c;`]
          : [...(k < 4 ? [kept('y', k, 40)] : []), `  let h${i} = w${k} - x${k} - y${k} + c;`];
    const rest = [`  c = h${i} >> ${width(i)};`, `  h${i} &= ${2 ** width(i) - 1};`];
    return [...parts, ...rest, ...(i < 2 ? [] : [`  store<i64>(o, h${i}, ${8 * i});`])].join('\n');
  };
  return `  let c: i64 = 0;
${lines(limb)}
  h0 += c * 19;
  c = h0 >> 26;
  h0 &= ${2 ** 26 - 1};
  h1 += c;
  store<i64>(o, h0, 0);
  store<i64>(o, h1, 8);`;
};

/** The body of a multiplication: o from a and b. The operands are read before anything is written to o. */
const multiplication = () => {
  const half = (/** @type {number} */ first) =>
    ['f', 'g'].map((name, side) =>
      load(
        name,
        side === 0 ? 'a' : 'b',
        'const',
        LIMBS.filter((i) => i % 2 === first),
      ),
    );
  return [
    ...half(0),
    product('u', even('f'), even('g')),
    keep('u', 0),
    ...half(1),
    product('v', odd('f'), odd('g')),
    keep('v', 40),
    sumsOf('a', 'f'),
    sumsOf('b', 'g'),
    product('w', each('a'), each('b')),
    joinedAndStored(),
  ].join('\n');
};

/** The body of a squaring of locals f: o from them. */
const squaring = () =>
  [
    squared('u', even('f'), '  '),
    keep('u', 0),
    squared('v', odd('f'), '  '),
    keep('v', 40),
    sumsOf('a', 'f'),
    squared('w', each('a'), '  '),
    joinedAndStored(),
  ].join('\n');

/** The ten sums of a square of locals f. */
const squares = (/** @type {string} */ indent) =>
  [
    squared('u', even('f'), indent),
    squared('v', odd('f'), indent),
    sumsOf('a', 'f', indent),
    squared('w', each('a'), indent),
    joined(indent),
  ].join('\n');

/** assembly/field.ts */
const field = () => {
  proveBounds();
  return `${HEADER}
import { PRODUCTS } from './layout';

/**
 * Integers modulo 2^255 - 19 at an address: ten i64 limbs, limb i of weight 2^ceil(25.5 i). After a carry, which ends each
 * multiplication, an even limb is within 2^26 and an odd one within 2^25 + 2^17. A product is exact as long as the sizes
 * of its two operands, in multiples of that, have a product of at most 16: sums of up to four carried elements need no
 * carry of their own. The generator proves these bounds. All functions run in the same sequence of instructions whatever
 * the values.
 */

// @ts-ignore: decorator
@inline export function copy(o: usize, a: usize): void {
${lines((i) => `  store<i64>(o, load<i64>(a, ${8 * i}), ${8 * i});`)}
}

// @ts-ignore: decorator
@inline export function add(o: usize, a: usize, b: usize): void {
${lines((i) => `  store<i64>(o, load<i64>(a, ${8 * i}) + load<i64>(b, ${8 * i}), ${8 * i});`)}
}

// @ts-ignore: decorator
@inline export function sub(o: usize, a: usize, b: usize): void {
${lines((i) => `  store<i64>(o, load<i64>(a, ${8 * i}) - load<i64>(b, ${8 * i}), ${8 * i});`)}
}

/** s = a + b and d = a - b. */
// @ts-ignore: decorator
@inline export function addSub(s: usize, d: usize, a: usize, b: usize): void {
  let x: i64 = 0;
  let y: i64 = 0;
${lines(
  (i) => `  x = load<i64>(a, ${8 * i});
  y = load<i64>(b, ${8 * i});
  store<i64>(s, x + y, ${8 * i});
  store<i64>(d, x - y, ${8 * i});`,
)}
}

/** s = a + b, d = a - b, e = s - c, f = 2z + d: the middle of a doubling. */
// @ts-ignore: decorator
@inline export function doubleMiddle(s: usize, e: usize, d: usize, f: usize, a: usize, b: usize, c: usize, z: usize): void {
  let x: i64 = 0;
  let y: i64 = 0;
${lines(
  (i) => `  x = load<i64>(a, ${8 * i});
  y = load<i64>(b, ${8 * i});
  store<i64>(s, x + y, ${8 * i});
  store<i64>(e, x + y - load<i64>(c, ${8 * i}), ${8 * i});
  store<i64>(d, x - y, ${8 * i});
  store<i64>(f, (load<i64>(z, ${8 * i}) << 1) + (x - y), ${8 * i});`,
)}
}

/** s = a + b, d = a - b, e = 2z + c, f = 2z - c: the middle of an addition. */
// @ts-ignore: decorator
@inline export function addMiddle(s: usize, d: usize, e: usize, f: usize, a: usize, b: usize, c: usize, z: usize): void {
  let x: i64 = 0;
  let y: i64 = 0;
${lines(
  (i) => `  x = load<i64>(a, ${8 * i});
  y = load<i64>(b, ${8 * i});
  store<i64>(s, x + y, ${8 * i});
  store<i64>(d, x - y, ${8 * i});
  x = load<i64>(z, ${8 * i}) << 1;
  y = load<i64>(c, ${8 * i});
  store<i64>(e, x + y, ${8 * i});
  store<i64>(f, x - y, ${8 * i});`,
)}
}

export function neg(o: usize, a: usize): void {
${lines((i) => `  store<i64>(o, -load<i64>(a, ${8 * i}), ${8 * i});`)}
}

export function set(o: usize, small: i64): void {
  store<i64>(o, small, 0);
${lines((i) => `  store<i64>(o, 0, ${8 * i});`, LIMBS.slice(1))}
}

/** o = a where the mask is -1, nothing where it is 0. */
export function choose(o: usize, a: usize, mask: i64): void {
  let x: i64 = 0;
${lines(
  (i) => `  x = load<i64>(o, ${8 * i});
  store<i64>(o, x ^ (mask & (x ^ load<i64>(a, ${8 * i}))), ${8 * i});`,
)}
}

/** o = -o where the mask is -1. */
export function negateIf(o: usize, mask: i64): void {
${lines((i) => `  store<i64>(o, (load<i64>(o, ${8 * i}) ^ mask) - mask, ${8 * i});`)}
}

/** Exchanges a and b where the mask is -1. */
export function swapIf(a: usize, b: usize, mask: i64): void {
  let x: i64 = 0;
  let y: i64 = 0;
  let z: i64 = 0;
${lines(
  (i) => `  x = load<i64>(a, ${8 * i});
  y = load<i64>(b, ${8 * i});
  z = mask & (x ^ y);
  store<i64>(a, x ^ z, ${8 * i});
  store<i64>(b, y ^ z, ${8 * i});`,
)}
}

export function carry(o: usize, a: usize): void {
  let c: i64 = 0;
${load('h', 'a', 'let')}
${carries('h')}
${store('h')}
}

export function mul(o: usize, a: usize, b: usize): void {
${multiplication()}
}

/** o = (a + b)^2. */
export function squareSum(o: usize, a: usize, b: usize): void {
${lines((i) => `  const f${i} = load<i64>(a, ${8 * i}) + load<i64>(b, ${8 * i});`)}
${squaring()}
}

export function square(o: usize, a: usize): void {
${load('f', 'a')}
${squaring()}
}

/** o = a^(2^n), n at least 1 and public; the limbs stay in locals all the way. */
export function squareTimes(o: usize, a: usize, n: i32): void {
${load('f', 'a', 'let')}
  let c: i64 = 0;
  while (n > 0) {
${squares('    ')}
${carries('h', '    ')}
${lines((i) => `    f${i} = h${i};`)}
    n--;
  }
${store('f')}
}

/** From 32 little-endian bytes; the top bit is ignored, values from p on are taken modulo p. */
export function fromBytes(o: usize, bytes: usize): void {
${lines((i) => `  store<i64>(o, <i64>((load<u32>(bytes, ${start(i) >> 3}) >> ${start(i) & 7}) & ${2 ** width(i) - 1}), ${8 * i});`)}
}

/** To the 32 bytes of the value from 0 to p - 1. */
export function toBytes(bytes: usize, a: usize): void {
  let c: i64 = 0;
${load('h', 'a', 'let')}
${roundingCarries('h')}
  let q = (h9 * 19 + 16777216) >> 25;
${lines((i) => `  q = (h${i} + q) >> ${width(i)};`)}
  h0 += q * 19;
${lines(
  (i) => `  c = h${i} >> ${width(i)};
  h${i + 1} += c;
  h${i} -= c << ${width(i)};`,
  LIMBS.slice(0, 9),
)}
  h9 &= ${2 ** 25 - 1};
${[0, 1, 2, 3].map((word) => `  store<i64>(bytes, ${wordOf(word)}, ${8 * word});`).join('\n')}
}
`;
};

/** The limbs that reach into one word of 64 bits. */
function wordOf(/** @type {number} */ word) {
  return LIMBS.flatMap((i) => {
    const shift = start(i) - 64 * word;
    if (shift >= 64 || shift + width(i) <= 0) return [];
    return [shift >= 0 ? `(h${i} << ${shift})` : `(h${i} >> ${-shift})`];
  }).join(' | ');
}

const mod = (/** @type {bigint} */ a) => ((a % p) + p) % p;
const power = (/** @type {bigint} */ base, /** @type {bigint} */ exponent) => {
  let [result, square] = [1n, base];
  for (let e = exponent; e > 0n; e >>= 1n, square = mod(square * square)) if (e & 1n) result = mod(result * square);
  return result;
};
const inverse = (/** @type {bigint} */ a) => power(mod(a), p - 2n);
const d = mod(-121665n * inverse(121666n));
const sqrtM1 = power(2n, (p - 1n) / 4n);
/** A square root modulo p; which of the two, RFC 9496 says for each constant. */
const root = (/** @type {bigint} */ a, /** @type {boolean} */ odd) => {
  const candidate = power(mod(a), (p + 3n) / 8n);
  const found = mod(candidate * candidate) === mod(a) ? candidate : mod(candidate * sqrtM1);
  if (mod(found * found) !== mod(a)) throw new Error('no square');
  return (found & 1n) === (odd ? 1n : 0n) ? found : p - found;
};
const baseY = mod(4n * inverse(5n));

/** The constants of edwards25519 (RFC 8032, section 5.1), ristretto255 (RFC 9496, section 4.1) and the map of RFC 9380. */
const CONSTANTS = {
  D: d,
  D2: mod(2n * d),
  SQRT_M1: sqrtM1,
  SQRT_AD_MINUS_ONE: root(-d - 1n, true),
  INVSQRT_A_MINUS_D: root(inverse(-1n - d), false),
  ONE_MINUS_D_SQ: mod(1n - d * d),
  D_MINUS_ONE_SQ: mod((d - 1n) * (d - 1n)),
  BASE_X: root((baseY * baseY - 1n) * inverse(d * baseY * baseY + 1n), false),
  BASE_Y: baseY,
  J: 486662n,
  SQRT_MINUS_J_2: root(-486664n, false),
  ONE_MINUS_I: mod(1n - sqrtM1),
};

const limbs = (/** @type {bigint} */ value) =>
  LIMBS.map((i) => (value >> BigInt(start(i))) & ((1n << BigInt(width(i))) - 1n)).join(', ');

/** assembly/constants.ts */
const constants = () => `${HEADER}
/** Field elements in limbs: constants of RFC 8032, section 5.1, RFC 9496, section 4.1, and RFC 9380, appendix G.2.2. */
${Object.entries(CONSTANTS)
  .map(([name, value]) => `export const ${name}: usize = memory.data<i64>([${limbs(value)}]);`)
  .join('\n')}
`;

/** The first primes. */
const primes = (/** @type {number} */ count) => {
  /** @type {bigint[]} */
  const found = [];
  for (let n = 2n; found.length < count; n++) if (found.every((prime) => n % prime !== 0n)) found.push(n);
  return found;
};
/** The first bits behind the point of a root of n (FIPS 180-4, sections 4.2 and 5.3). */
const fraction = (/** @type {bigint} */ n, /** @type {bigint} */ degree, /** @type {bigint} */ bits) => {
  const scaled = n << (degree * bits);
  let low = 0n;
  for (let bit = 1n << (bits + 8n); bit > 0n; bit >>= 1n) if ((low + bit) ** degree <= scaled) low += bit;
  return low & ((1n << bits) - 1n);
};

/**
 * A compression function of FIPS 180-4: sixteen rounds unrolled, the schedule in locals.
 * @param {{ name: string, type: string, bits: number, rounds: number, Sigma: number[][], sigma: number[][] }} variant
 */
const compression = ({ name, type, bits, rounds, Sigma, sigma }) => {
  const bytes = bits / 8;
  const hex = (/** @type {bigint} */ n) => `0x${n.toString(16)}`;
  const [sigma0 = [], sigma1 = []] = sigma;
  const big = (/** @type {string} */ x, /** @type {number[]} */ by) =>
    by.map((n) => `rotr<${type}>(${x}, ${n})`).join(' ^ ');
  const small = (/** @type {string} */ x, /** @type {number[]} */ [r, s, shift]) =>
    `(rotr<${type}>(${x}, ${r}) ^ rotr<${type}>(${x}, ${s}) ^ (${x} >> ${shift}))`;
  const sixteen = [...Array(16).keys()];
  const round = (/** @type {number} */ i) => {
    const at = (/** @type {number} */ n) => 'abcdefgh'[(n - i + 16) % 8];
    const [a, b, c, dd, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(at);
    return `    t = ${h} + (${big(`${e}`, Sigma[1] ?? [])}) + (${g} ^ (${e} & (${f} ^ ${g}))) + w${i} + load<${type}>(k, ${i * bytes});
    ${dd} += t;
    ${h} = t + (${big(`${a}`, Sigma[0] ?? [])}) + ((${a} & ${b}) | (${c} & (${a} | ${b})));`;
  };
  const schedule = (/** @type {number} */ i) =>
    `    w${i} += ${small(`w${(i + 1) % 16}`, sigma0)} + w${(i + 9) % 16} + ${small(`w${(i + 14) % 16}`, sigma1)};`;
  return `${HEADER}
/** Round constants and first state of ${name} (FIPS 180-4). */
export const K: usize = memory.data<${type}>([${primes(rounds)
    .map((n) => hex(fraction(n, 3n, BigInt(bits))))
    .join(', ')}]);
export const INITIAL: usize = memory.data<${type}>([${primes(8)
    .map((n) => hex(fraction(n, 2n, BigInt(bits))))
    .join(', ')}]);

/** The compression function of ${name} over \`count\` blocks of ${2 * bits} bytes, upon the state of eight words. */
export function compress(state: usize, blocks: usize, count: i32): void {
  let t: ${type} = 0;
  while (count > 0) {
${[...'abcdefgh'].map((v, i) => `    let ${v} = load<${type}>(state, ${i * bytes});`).join('\n')}
${sixteen.map((i) => `    let w${i} = bswap<${type}>(load<${type}>(blocks, ${i * bytes}));`).join('\n')}
    let k = K;
    while (true) {
${sixteen.map(round).join('\n').replaceAll(/^/gm, '  ')}
      k += ${16 * bytes};
      if (k == K + ${rounds * bytes}) break;
${sixteen.map(schedule).join('\n').replaceAll(/^/gm, '  ')}
    }
${[...'abcdefgh'].map((v, i) => `    store<${type}>(state, load<${type}>(state, ${i * bytes}) + ${v}, ${i * bytes});`).join('\n')}
    blocks += ${16 * bytes};
    count--;
  }
}
`;
};

const SHA256 = {
  name: 'SHA-256',
  type: 'u32',
  bits: 32,
  rounds: 64,
  Sigma: [
    [2, 13, 22],
    [6, 11, 25],
  ],
  sigma: [
    [7, 18, 3],
    [17, 19, 10],
  ],
};

/** The compression function of SHA-256 over four messages side by side, one in each lane of 32 bits. */
const sha256x4 = () => {
  const { Sigma, sigma } = SHA256;
  const sixteen = [...Array(16).keys()];
  const sum = (/** @type {string[]} */ ...terms) => terms.reduce((a, b) => `i32x4.add(${a}, ${b})`);
  const xor = (/** @type {string[]} */ ...terms) => terms.reduce((a, b) => `v128.xor(${a}, ${b})`);
  const rotated = (/** @type {string} */ x, /** @type {number} */ n) =>
    `v128.or(i32x4.shr_u(${x}, ${n}), i32x4.shl(${x}, ${32 - n}))`;
  const big = (/** @type {string} */ x, /** @type {number[]} */ by = []) => xor(...by.map((n) => rotated(x, n)));
  const small = (/** @type {string} */ x, /** @type {number[]} */ [r = 0, s = 0, shift = 0] = []) =>
    xor(rotated(x, r), rotated(x, s), `i32x4.shr_u(${x}, ${shift})`);
  const round = (/** @type {number} */ i) => {
    const at = (/** @type {number} */ n) => 'abcdefgh'[(n - i + 16) % 8] ?? '';
    const [a, b, , d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(at);
    // The majority is b ^ ((a ^ b) & (b ^ c)), and b ^ c is a ^ b of the round before.
    const [now, before] = i % 2 === 0 ? ['x', 'y'] : ['y', 'x'];
    return `      t = ${sum(`${h}`, big(`${e}`, Sigma[1]), xor(`${g}`, `v128.and(${e}, v128.xor(${f}, ${g}))`), `w${i}`, `v128.load_splat<u32>(k, ${4 * i})`)};
      ${d} = i32x4.add(${d}, t);
      ${now} = v128.xor(${a}, ${b});
      ${h} = ${sum('t', big(`${a}`, Sigma[0]), xor(`${b}`, `v128.and(${now}, ${before})`))};`;
  };
  const schedule = (/** @type {number} */ i) =>
    `      w${i} = ${sum(`w${i}`, small(`w${(i + 1) % 16}`, sigma[0]), `w${(i + 9) % 16}`, small(`w${(i + 14) % 16}`, sigma[1]))};`;
  const BIG_ENDIAN = '3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12';
  /** Four words of each message, turned so that each lane holds one message. */
  const words = (/** @type {number} */ i) => {
    const [p, q, r, s] = [0, 1, 2, 3].map((lane) => `r${i}${lane}`);
    const pair = (/** @type {string[]} */ [x, y], /** @type {string} */ lanes) =>
      `v128.shuffle<u32>(${x}, ${y}, ${lanes})`;
    const [low, high] = ['0, 4, 1, 5', '2, 6, 3, 7'];
    return `${[p, q, r, s].map((name, lane) => `    let ${name} = v128.load(m${lane}, ${16 * i});\n    ${name} = v128.shuffle<u8>(${name}, ${name}, ${BIG_ENDIAN});`).join('\n')}
    const s${i}0 = ${pair([`${p}`, `${q}`], low)};
    const s${i}1 = ${pair([`${p}`, `${q}`], high)};
    const s${i}2 = ${pair([`${r}`, `${s}`], low)};
    const s${i}3 = ${pair([`${r}`, `${s}`], high)};
    let w${4 * i} = v128.shuffle<u64>(s${i}0, s${i}2, 0, 2);
    let w${4 * i + 1} = v128.shuffle<u64>(s${i}0, s${i}2, 1, 3);
    let w${4 * i + 2} = v128.shuffle<u64>(s${i}1, s${i}3, 0, 2);
    let w${4 * i + 3} = v128.shuffle<u64>(s${i}1, s${i}3, 1, 3);`;
  };
  return `${HEADER}
import { K } from './compress256';

/**
 * The compression function of SHA-256 over \`count\` blocks of 64 bytes of each of four messages, upon eight vectors that
 * hold a word of each state.
 */
export function compress4(states: usize, m0: usize, m1: usize, m2: usize, m3: usize, count: i32): void {
  while (count > 0) {
${[...'abcdefgh'].map((v, i) => `    let ${v} = v128.load(states, ${16 * i});`).join('\n')}
${[0, 1, 2, 3].map(words).join('\n')}
    let t = a;
    let x = a;
    let y = v128.xor(b, c);
    let k = K;
    while (true) {
${sixteen.map(round).join('\n')}
      k += 64;
      if (k == K + 256) break;
${sixteen.map(schedule).join('\n')}
    }
${[...'abcdefgh'].map((v, i) => `    v128.store(states, i32x4.add(${v}, v128.load(states, ${16 * i})), ${16 * i});`).join('\n')}
    m0 += 64;
    m1 += 64;
    m2 += 64;
    m3 += 64;
    count--;
  }
}
`;
};

const sha512 = () =>
  compression({
    name: 'SHA-512',
    type: 'u64',
    bits: 64,
    rounds: 80,
    Sigma: [
      [28, 34, 39],
      [14, 18, 41],
    ],
    sigma: [
      [1, 8, 7],
      [19, 61, 6],
    ],
  });

/**
 * The generated files of `assembly`, by name.
 * @returns {Record<string, string>}
 */
export const generate = () => ({
  'field.ts': field(),
  'constants.ts': constants(),
  'compress256.ts': compression(SHA256),
  'compress256x4.ts': sha256x4(),
  'compress512.ts': sha512(),
});
