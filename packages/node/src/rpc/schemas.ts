import { decodeAddress, MAX_TRANSACTION_BYTES, type OutPoint } from '@ios/ledger';
import { hexToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';

/** Bytes in lowercase hexadecimal digits, at most `most` of them. */
const hexUpTo = (most: number): z.ZodType<Uint8Array, string> =>
  z
    .string()
    .max(2 * most)
    .regex(/^[0-9a-f]*$/, 'lowercase hexadecimal digits wanted')
    .refine((text) => text.length % 2 === 0, 'an even number of digits wanted')
    .transform(hexToBytes);

/** 32 bytes in lowercase hexadecimal digits. */
export const bytes32: z.ZodType<Uint8Array, string> = z
  .string()
  .regex(/^[0-9a-f]{64}$/, '64 lowercase hexadecimal digits wanted')
  .transform(hexToBytes);

/** An encoded transaction in hexadecimal digits; whether it is one is for the node to say. */
export const transactionHex: z.ZodType<Uint8Array, string> = hexUpTo(MAX_TRANSACTION_BYTES);

/** An owner: its address, or its key in hexadecimal digits. */
export const owner: z.ZodType<Uint8Array, string> = z.string().transform((text, context) => {
  if (/^[0-9a-f]{64}$/.test(text)) return hexToBytes(text);
  try {
    return decodeAddress(text);
  } catch {
    context.issues.push({ code: 'custom', message: 'an address (ios1…) or 64 hexadecimal digits wanted', input: text });
    return z.NEVER;
  }
});

/** Height of a block. */
export const height: z.ZodType<number, number> = z.int().min(1).max(0xffffffff);

/** The name of an output. */
export const outpoint: z.ZodType<OutPoint, { id: string; index: number }> = z.strictObject({
  id: bytes32,
  index: z.int().min(0).max(255),
});
