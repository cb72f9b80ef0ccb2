import { CHUNK, type Core } from './core.ts';

/** SHA-256 and RFC 6962 trees: the shape of `Hasher` in `@ios/crypto/merkle`. Variable in time by lengths alone. */
export interface Hasher {
  /** SHA-256 of any number of bytes: 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;
  /** The RFC 6962 root of `leaves` in this order: 32 bytes; of no leaves, SHA-256 of the empty string. */
  merkleRoot(leaves: readonly Uint8Array[]): Uint8Array;
}

/** A leaf is handed over behind its length and the zero byte of RFC 6962. */
const FRAME = 5;
const LEAF_PREFIX: Uint8Array = /* @__PURE__ */ new Uint8Array(1);

/** Leaves `out` with SHA-512 (64 bytes) of the parts one after the other. */
export const sha512Into = (core: Core, out: number, parts: readonly Uint8Array[]): void => {
  const { start512, blocks512, finish512 } = core.wasm;
  start512();
  absorb(core, 128, parts, blocks512, (rest, length, total) => finish512(out, rest, length, total));
};

/** Leaves `out` with SHA-256 (32 bytes) of the parts one after the other. */
const sha256Into = (core: Core, out: number, parts: readonly Uint8Array[]): void => {
  const { start256, blocks256, finish256 } = core.wasm;
  start256();
  absorb(core, 64, parts, blocks256, (rest, length, total) => finish256(out, rest, length, total));
};

/** Hands parts over in chunks of whole blocks, then the rest. */
const absorb = (
  { input, bytes }: Core,
  block: number,
  parts: readonly Uint8Array[],
  blocks: (bytes: number, count: number) => void,
  finish: (rest: number, length: number, total: bigint) => void,
): void => {
  const memory = bytes();
  let filled = 0;
  let total = 0;
  for (const part of parts) {
    total += part.length;
    for (let from = 0; from < part.length; ) {
      if (filled === CHUNK) {
        blocks(input, CHUNK / block);
        filled = 0;
      }
      // A view costs more than to copy what most parts are.
      const whole = from === 0 && part.length <= CHUNK - filled;
      const piece = whole ? part : part.subarray(from, from + CHUNK - filled);
      memory.set(piece, input + filled);
      filled += piece.length;
      from += piece.length;
    }
  }
  const rest = filled % block;
  blocks(input, (filled - rest) / block);
  finish(input + filled - rest, rest, BigInt(total));
};

/** The hasher over a core: a tree crosses the border once for every 64 kB of leaves. */
export const createHasher = (core: Core): Hasher => {
  const { wasm, input, out } = core;
  const result = (): Uint8Array => core.bytes().slice(out, out + 32);
  return Object.freeze({
    sha256: (bytes: Uint8Array): Uint8Array => {
      sha256Into(core, out, [bytes]);
      return result();
    },
    merkleRoot: (leaves: readonly Uint8Array[]): Uint8Array => {
      const memory = core.bytes();
      const view = core.view();
      let filled = 0;
      let waiting = 0;
      const flush = (): void => {
        wasm.appendLeaves(input, waiting);
        filled = 0;
        waiting = 0;
      };
      wasm.startTree();
      for (const leaf of leaves) {
        const size = FRAME + leaf.length;
        if (filled + size > CHUNK) flush();
        if (size > CHUNK) {
          sha256Into(core, out, [LEAF_PREFIX, leaf]);
          wasm.appendLeafHash(out);
          continue;
        }
        view.setUint32(input + filled, leaf.length, true);
        memory[input + filled + 4] = 0;
        memory.set(leaf, input + filled + FRAME);
        filled += size;
        waiting++;
      }
      flush();
      wasm.finishTree(out);
      return result();
    },
  });
};
