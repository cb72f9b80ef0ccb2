import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod/mini';
import { ClientError } from '../error.ts';
import { parseJson } from '../json.ts';
import { type Genesis, MAX_ADDRESSES, MAX_GENESIS_OUTPUTS, MAX_VALIDATORS } from './genesis.ts';
import { decodeGenesis, encodeGenesis } from './wire.ts';

/** The longest genesis file, in characters. */
const MAX_LENGTH = 64 * 1024 * 1024;

const hex = (bytes: number) =>
  z.pipe(
    z
      .string()
      .check(z.regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `${bytes} bytes in lowercase hexadecimal digits wanted`)),
    z.transform(hexToBytes),
  );
const key = hex(32);
const proof = hex(64);
const number = z.int().check(z.minimum(0), z.maximum(0xffffffff));
const units = (digits: RegExp) =>
  z.pipe(
    z.string().check(z.regex(digits, 'a decimal number of atomic units wanted')),
    z.transform((text: string) => BigInt(text)),
  );
const amount = units(/^[1-9][0-9]{0,19}$/);

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
        addresses: z.array(z.string()).check(z.maxLength(MAX_ADDRESSES)),
      }),
    )
    .check(z.maxLength(MAX_VALIDATORS)),
  outputs: z.array(z.strictObject({ amount, owner: key })).check(z.maxLength(MAX_GENESIS_OUTPUTS)),
  policy: z.strictObject({
    shards: number,
    lockFee: units(/^(0|[1-9][0-9]{0,19})$/),
    blockBytes: number,
    blockTransactions: number,
    blockIntervalMs: number,
    idleMs: number,
    baseTimeoutMs: number,
    maxTimeoutMs: number,
    epochMinBlocks: number,
    epochMaxBlocks: number,
    closingBlocks: number,
    lotteryMs: number,
    beaconTimeoutMs: number,
  }),
});

/**
 * A genesis as a text for people: JSON, bytes in lowercase hexadecimal digits, amounts in decimal atomic units. Throws
 * `ClientError` (`genesis-malformed`).
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
 * of the canonical bytes. Whether it may start a chain is `checkGenesis`' question. Throws `ClientError`
 * (`genesis-malformed`) with the places that are wrong.
 */
export function decodeGenesisFile(text: string): Genesis {
  if (text.length > MAX_LENGTH) {
    throw new ClientError('genesis-malformed', `A genesis file has at most ${MAX_LENGTH} characters.`, {
      length: text.length,
    });
  }
  const genesis: Genesis = parseJson(schema, text, (problem, cause) => {
    throw new ClientError('genesis-malformed', `The genesis file ${problem}.`, {}, cause);
  });
  encodeGenesis(genesis);
  return genesis;
}
