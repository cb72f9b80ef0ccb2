import type { Core } from './core.ts';
import { assertLength } from './error.ts';
import { sha512Into } from './hash.ts';
import { bestWindow, digitsFor, roomFor } from './sums.ts';

/** A signature with what it claims to sign: the shape of `SignedMessage` in `@ios/crypto/ed25519`. */
export interface SignedMessage {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Any length. */
  readonly message: Uint8Array;
  /** R ‖ S, 64 bytes. */
  readonly signature: Uint8Array;
}

/** Ed25519 under ZIP215, of public data, in variable time. It has the shape of `BatchVerifier` in `@ios/crypto/ed25519`. */
export interface BatchVerifier {
  /**
   * Whether every signature holds; true for an empty batch, false for wrong lengths. One sum of multiples for up to 4096
   * signatures, with weights z_i from 1 to 2^128 - 1:
   *
   * `[8]( [-Σ z_i S_i]B + Σ [z_i]R_i + Σ [z_i k_i]A_i )`
   *
   * @param batch - signatures of peers, any bytes
   * @param freshBytes - 32 bytes that the host draws after it holds the batch
   * @throws CryptoError `bad-length` unless `freshBytes` are 32 bytes
   */
  verify(batch: readonly SignedMessage[], freshBytes: Uint8Array): boolean;
  /**
   * The places of the signatures that do not hold, ascending: none if the batch holds; else by halving it.
   * @param batch - signatures of peers, any bytes
   * @param freshBytes - 32 bytes that the host draws after it holds the batch
   * @throws CryptoError `bad-length` unless `freshBytes` are 32 bytes
   */
  findInvalidVartime(batch: readonly SignedMessage[], freshBytes: Uint8Array): number[];
  /**
   * Whether one signature holds. Never throws: bytes of a wrong length are a wrong signature.
   * @param signature - R ‖ S, 64 bytes
   * @param message - any length
   * @param publicKey - 32 bytes; any encoding that ZIP215 decodes
   */
  verifyVartime(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** Signatures in one sum, which bounds the memory. */
const SLOTS = 4096;
/** Bytes of a slot at each of four places, and of the prefix of the digests. */
const POINTS = 480;
const SCALARS = 64;
const KS = 32;
const DIGEST = 96;
const PREFIX = 64;
/** Bytes of an extended point. */
const EXTENDED = 320;
/** Bits of weights and of weights times challenges. */
const SHORT = 128;
const LONG = 253;

/** Purpose of the weights, 32 bytes of ASCII. */
const PURPOSE: Uint8Array = /* @__PURE__ */ (() =>
  Uint8Array.from('ios/curve25519-wasm/v1/weights  ', (character) => character.charCodeAt(0)))();

/** The verifier over a core. */
export const createBatchVerifier = (core: Core): BatchVerifier =>
  Object.freeze({
    verify: (batch: readonly SignedMessage[], freshBytes: Uint8Array): boolean => {
      assertLength(freshBytes, 32, 'fresh bytes');
      for (let from = 0; from < batch.length; from += SLOTS) {
        const slots = slotsFor(core, Math.min(SLOTS, batch.length - from));
        for (let i = 0; i < slots.count; i++) if (!fill(core, slots, i, batch[from + i]!)) return false;
        weigh(core, slots, slots.count, freshBytes);
        if (!check(core, slots, 0, slots.count)) return false;
      }
      return true;
    },
    findInvalidVartime: (batch: readonly SignedMessage[], freshBytes: Uint8Array): number[] => {
      assertLength(freshBytes, 32, 'fresh bytes');
      const invalid: number[] = [];
      for (let from = 0; from < batch.length; from += SLOTS) {
        const slots = slotsFor(core, Math.min(SLOTS, batch.length - from));
        const places: number[] = [];
        for (let i = from; i < from + slots.count; i++) {
          if (fill(core, slots, places.length, batch[i]!)) places.push(i);
          else invalid.push(i);
        }
        weigh(core, slots, places.length, freshBytes);
        for (const slot of bisect(core, slots, 0, places.length)) invalid.push(places[slot]!);
      }
      return invalid.sort((a, b) => a - b);
    },
    verifyVartime: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean => {
      const slots = slotsFor(core, 1);
      if (!fill(core, slots, 0, { signature, message, publicKey })) return false;
      core.wasm.weightOne(slots.scalars, slots.ks);
      return check(core, slots, 0, 1);
    },
  });

/** Addresses of the slots, and of the room for their sum. */
interface Slots {
  readonly count: number;
  readonly points: number;
  readonly scalars: number;
  readonly ks: number;
  readonly digests: number;
  readonly room: number;
}

const slotsFor = (core: Core, count: number): Slots => {
  const points = core.heap;
  const scalars = points + count * POINTS;
  const ks = scalars + count * SCALARS;
  const digests = ks + count * KS;
  const room = digests + PREFIX + count * DIGEST;
  core.reserve(room - core.heap);
  return { count, points, scalars, ks, digests, room };
};

/** Whether the signature has the right lengths, S < ℓ, and points that decode; then it is in slot `i`. */
const fill = (core: Core, slots: Slots, i: number, { publicKey, message, signature }: SignedMessage): boolean => {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const { wasm, inA, inBytes, inScalar } = core;
  const R = signature.subarray(0, 32);
  sha512Into(core, inBytes, [R, publicKey, message]);
  const memory = core.bytes();
  memory.set(signature, inA);
  memory.copyWithin(inScalar, inA + 32, inA + 64);
  memory.set(publicKey, inA + 32);
  return wasm.parseVartime(i, slots.points, slots.ks, slots.digests) === 1;
};

/** Draws the weights of the first `count` slots from the fresh bytes and all that the slots hold. */
const weigh = (core: Core, { scalars, ks, digests }: Slots, count: number, freshBytes: Uint8Array): void => {
  const memory = core.bytes();
  memory.set(PURPOSE, digests);
  memory.set(freshBytes, digests + 32);
  core.wasm.weigh(count, scalars, ks, digests);
};

/** Whether the weighted equation of the slots from `low` to below `high` holds. */
const check = (core: Core, { points, scalars, digests, room }: Slots, low: number, high: number): boolean => {
  const count = high - low;
  const window = bestWindow(2 * count, LONG, count * (SHORT + LONG));
  const digits = room + roomFor(2 * count, window);
  // Straus's sum wants its points extended, behind the digits.
  const extended = window === 0 ? 2 * count * EXTENDED : 0;
  core.reserve(digits + digitsFor(2 * count, LONG, window) + extended - core.heap);
  return core.wasm.checkVartime(low, high, points, scalars, digests, LONG, window, room, digits) === 1;
};

/**
 * The slots from `low` to below `high` that do not hold. The weights serve every part: they were drawn after everything
 * was fixed, and a part with a wrong signature passes with probability 2^-128.
 */
const bisect = (core: Core, slots: Slots, low: number, high: number): number[] => {
  if (low === high || check(core, slots, low, high)) return [];
  if (high - low === 1) return [low];
  const middle = (low + high) >> 1;
  return [...bisect(core, slots, low, middle), ...bisect(core, slots, middle, high)];
};
