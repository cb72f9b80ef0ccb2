import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { describeIssues } from '../schema-issues.ts';
import { type Genesis, MAX_ADDRESSES, MAX_GENESIS_OUTPUTS, MAX_VALIDATORS } from './genesis.ts';
import { decodeGenesis, encodeGenesis } from './wire.ts';

/** The longest genesis file, in characters. */
const MAX_LENGTH = 64 * 1024 * 1024;

const hex = (bytes: number): z.ZodType<Uint8Array> =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `${bytes} bytes in lowercase hexadecimal digits wanted`)
    .transform(hexToBytes);
const key = hex(32);
const proof = hex(64);
const number = z.int().min(0).max(0xffffffff);
const amount = z
  .string()
  .regex(/^[1-9][0-9]{0,19}$/, 'a decimal number of atomic units wanted')
  .transform(BigInt);

const schema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  nonce: hex(32),
  validators: z
    .array(
      z.strictObject({
        identity: key,
        vrf: key,
        cosigning: key,
        share: key,
        keyEpoch: z.literal(0),
        proofs: z.strictObject({ identity: proof, vrf: proof, cosigning: proof, share: proof }),
        owner: key,
        addresses: z.array(z.string()).max(MAX_ADDRESSES),
      }),
    )
    .max(MAX_VALIDATORS),
  outputs: z.array(z.strictObject({ amount, owner: key })).max(MAX_GENESIS_OUTPUTS),
  policy: z.strictObject({
    blockBytes: number,
    blockTransactions: number,
    blockIntervalMs: number,
    idleMs: number,
    baseTimeoutMs: number,
    maxTimeoutMs: number,
  }),
});

/**
 * A genesis as a text for people: JSON, bytes in lowercase hexadecimal digits, amounts in decimal atomic units. Throws
 * `NodeError` (`genesis-malformed`).
 */
export function encodeGenesisFile(genesis: Genesis): string {
  const plain = (_key: string, value: unknown): unknown => {
    if (value instanceof Uint8Array) return bytesToHex(value);
    return typeof value === 'bigint' ? value.toString() : value;
  };
  return `${JSON.stringify(decodeGenesis(encodeGenesis(genesis)), plain, 2)}\n`;
}

/**
 * The genesis in a text that `encodeGenesisFile` makes; spaces and the order of fields are free, for the chain is a hash
 * of the canonical bytes. Whether it may start a chain is `checkGenesis`' question. Throws `NodeError`
 * (`genesis-malformed`) with the places that are wrong.
 */
export function decodeGenesisFile(text: string): Genesis {
  if (text.length > MAX_LENGTH) {
    throw new NodeError('genesis-malformed', `A genesis file has at most ${MAX_LENGTH} characters.`, {
      length: text.length,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new NodeError('genesis-malformed', 'The genesis file is not JSON.', {}, cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    throw new NodeError('genesis-malformed', `The genesis file is damaged: ${describeIssues(parsed.error.issues)}.`);
  }
  encodeGenesis(parsed.data);
  return parsed.data;
}
