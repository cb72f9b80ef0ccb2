import { createHash } from 'node:crypto';
import { ripemd160 } from '@noble/hashes/legacy.js';
import type { BitcoinInput } from './bitcoin-transaction.ts';

/**
 * The script of the output that an input spends, read off from what unlocks it: a public key (P2PKH, P2WPKH) or a
 * script (P2SH, P2WSH; BIP 16, BIP 141) whose hash the output holds. Undefined where the input does not show it (bare
 * keys and multisignatures, anything unusual). Bytes that only look like one of these forms are labelled as it: the
 * result says who shares an owner, it is no proof.
 */
export const spentScript = ({ script, witness }: BitcoinInput): Uint8Array | undefined => {
  const last = witness.at(-1);
  if (script.length === 0) {
    if (!last) return undefined;
    return witness.length === 2 && isPublicKey(last)
      ? bytes([0x00, 20], hash160(last))
      : bytes([0x00, 32], sha256(last));
  }
  const pushed = pushes(script);
  const top = pushed?.at(-1);
  if (!pushed || !top || top.length === 0 || isSignature(top)) return undefined;
  if (pushed.length === 2 && isPublicKey(top)) return bytes([0x76, 0xa9, 20], hash160(top), [0x88, 0xac]);
  return bytes([0xa9, 20], hash160(top), [0x87]);
};

/** What a script of pushes alone puts on the stack, or undefined for any other script. */
const pushes = (script: Uint8Array): Uint8Array[] | undefined => {
  const stack: Uint8Array[] = [];
  for (let at = 0; at < script.length; ) {
    const opcode = script[at]!;
    // 1 to 75: that many bytes; OP_PUSHDATA1, 2 and 4: a little-endian length first; OP_1NEGATE, OP_1 to OP_16: a number.
    const prefix = opcode < 0x4c ? 1 : opcode <= 0x4e ? 1 + 2 ** (opcode - 0x4c) : 0;
    if (prefix === 0) {
      if (opcode > 0x60 || opcode === 0x50) return undefined;
      stack.push(Uint8Array.of(opcode === 0x4f ? 0x81 : opcode - 0x50));
      at += 1;
      continue;
    }
    if (at + prefix > script.length) return undefined;
    const length = prefix === 1 ? opcode : Buffer.from(script).readUIntLE(at + 1, prefix - 1);
    at += prefix + length;
    if (at > script.length) return undefined;
    stack.push(script.subarray(at - length, at));
  }
  return stack;
};

/** SEC 1: compressed, 33 bytes, or uncompressed, 65 bytes. */
const isPublicKey = ({ length, 0: first }: Uint8Array): boolean =>
  (length === 33 && (first === 2 || first === 3)) || (length === 65 && first === 4);

/** DER, as Bitcoin's ECDSA signatures: a sequence that fills all but its own two bytes and the hash type. */
const isSignature = ({ length, 0: tag, 1: inner }: Uint8Array): boolean => tag === 0x30 && inner === length - 3;

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

const hash160 = (data: Uint8Array): Uint8Array => ripemd160(sha256(data));

const bytes = (...parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
