import { decodeAddress, MAX_TRANSACTION_BYTES } from '@ios/ledger';
import * as z from 'zod/mini';

/** The name of an output: id (64 lowercase hexadecimal digits), and its place (0..255). */
export interface OutPointAnswer {
  readonly id: string;
  readonly index: number;
}

/** Any number of bytes in lowercase hexadecimal digits. */
export const hex: z.ZodMiniType<string, string> = z
  .string()
  .check(z.regex(/^([0-9a-f]{2})*$/, 'an even number of lowercase hexadecimal digits wanted'));

/** 32 bytes in lowercase hexadecimal digits. */
export const bytes32: z.ZodMiniType<string, string> = z
  .string()
  .check(z.regex(/^[0-9a-f]{64}$/, '64 lowercase hexadecimal digits wanted'));

/** An encoded transaction in hexadecimal digits; whether it is one is for the node to say. */
export const transactionHex: z.ZodMiniType<string, string> = z.string().check(
  z.maxLength(2 * MAX_TRANSACTION_BYTES, { abort: true }),
  z.regex(/^[0-9a-f]*$/, 'lowercase hexadecimal digits wanted'),
  z.refine((text) => text.length % 2 === 0, 'an even number of digits wanted'),
);

const isAddress = (text: string): boolean => {
  try {
    decodeAddress(text);
    return true;
  } catch {
    return false;
  }
};

/** An owner: its address, or its key in hexadecimal digits. */
export const owner: z.ZodMiniType<string, string> = z.string().check(
  z.regex(/^([0-9a-f]{64}|ios1[02-9ac-hj-np-z]{58})$/, {
    error: 'an address (ios1…) or 64 hexadecimal digits wanted',
    abort: true,
  }),
  z.refine((text) => text.length === 64 || isAddress(text), 'the checksum of this address does not hold'),
);

/** An amount in atomic units, as decimal digits. */
export const amount: z.ZodMiniType<string, string> = z.string().check(z.regex(/^(0|[1-9][0-9]*)$/));

/** A number of things. */
export const count: z.ZodMiniType<number, number> = z.int().check(z.minimum(0));

/** A whole number within bounds, both included. */
export const within = (least: number, most: number): z.ZodMiniType<number, number> =>
  z.int().check(z.minimum(least), z.maximum(most));

/** Height of a block. */
export const height: z.ZodMiniType<number, number> = within(1, 0xffffffff);

/** The name of an output, as a parameter. */
export const outpoint: z.ZodMiniType<OutPointAnswer, OutPointAnswer> = z.strictObject({
  id: bytes32,
  index: within(0, 255),
});
