import type { Rng } from '@ios/simulator';

/** One small change of a byte string: a flipped bit, a new byte, a cut, an insertion, a copied or an exchanged part. */
export const mutate = (bytes: Uint8Array, rng: Rng): Uint8Array => {
  const at = rng.below(bytes.length + 1);
  const out = bytes.slice();
  switch (rng.below(6)) {
    case 0:
      if (at < out.length) out[at]! ^= 1 << rng.below(8);
      return out;
    case 1:
      if (at < out.length) out[at] = rng.pick([0, 1, 2, 0x7f, 0x80, 0xff, rng.below(256)]);
      return out;
    case 2:
      return out.subarray(0, at);
    case 3:
      return splice(out, at, rng.bytes(1 + rng.below(4)));
    case 4:
      return splice(out, at, out.subarray(rng.below(out.length + 1)).subarray(0, 1 + rng.below(64)));
    default:
      return new Uint8Array([...out.subarray(at), ...out.subarray(0, at)]);
  }
};

const splice = (bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array =>
  new Uint8Array([...bytes.subarray(0, at), ...part, ...bytes.subarray(at)]);
