import { decodeOutput, encodeOutput, OUTPUT_BYTES, type Output } from '@ios/ledger';
import * as P from 'micro-packed';
import { ClientError } from '../error.ts';
import {
  type Genesis,
  isNetworkName,
  MAX_ADDRESSES,
  MAX_GENESIS_OUTPUTS,
  MAX_VALIDATORS,
  type Registration,
} from './genesis.ts';
import type { Policy } from './policy.ts';

/** A value that `accepts` takes, when written and when read. */
const only = <Value>(coder: P.CoderType<Value>, what: string, accepts: (value: Value) => boolean): P.CoderType<Value> =>
  P.validate(coder, (value) => {
    if (!accepts(value)) throw new Error(what);
    return value;
  });

/** A number of items, refused above `most` before any item is read. */
const count = (coder: P.CoderType<number>, most: number): P.CoderType<number> =>
  only(coder, `more than ${most} items`, (value) => value <= most);

/** A text of characters U+0000..U+00FF behind its length in one byte; `pattern` narrows it to printable ASCII. */
const text = (what: string, accepts: (text: string) => boolean): P.CoderType<string> =>
  only(
    P.apply(P.bytes(P.U8), {
      encode: (bytes: Uint8Array) => String.fromCharCode(...bytes),
      decode: (value: string) => Uint8Array.from(value, (character) => character.charCodeAt(0)),
    }),
    what,
    accepts,
  );

const isAddress = (value: string): boolean => /^[\x21-\x7e]+$/.test(value);

const key: P.CoderType<Uint8Array> = P.bytes(32);
const proof: P.CoderType<Uint8Array> = P.bytes(64);

/** Keys, key epoch (u32), proofs, owner, addresses (each behind its length, u8, all behind their number, u8). */
const registration: P.CoderType<Registration> = P.struct({
  identity: key,
  vrf: key,
  cosigning: key,
  share: key,
  keyEpoch: only(P.U32BE, 'a key epoch other than 0', (value) => value === 0),
  proofs: P.struct({ identity: proof, vrf: proof, cosigning: proof, share: proof }),
  owner: key,
  addresses: P.array(count(P.U8, MAX_ADDRESSES), text('no address', isAddress)),
}) as unknown as P.CoderType<Registration>;

/** The ledger's own encoding: amount (u64), owner (32). */
const output: P.CoderType<Output> = P.apply(P.bytes(OUTPUT_BYTES), { encode: decodeOutput, decode: encodeOutput });

/** Shards (u16), lock fee (u64), then eleven times u32. */
const policy: P.CoderType<Policy> = P.struct({
  shards: P.U16BE,
  lockFee: P.U64BE,
  blockBytes: P.U32BE,
  blockTransactions: P.U32BE,
  blockIntervalMs: P.U32BE,
  idleMs: P.U32BE,
  baseTimeoutMs: P.U32BE,
  maxTimeoutMs: P.U32BE,
  epochMinBlocks: P.U32BE,
  epochMaxBlocks: P.U32BE,
  closingBlocks: P.U32BE,
  lotteryMs: P.U32BE,
  beaconTimeoutMs: P.U32BE,
});

/** Version (u8), name (behind its length, u8), nonce, validators (behind u16), outputs (behind u32), policy. */
const genesisWire: P.CoderType<Genesis> = P.struct({
  version: only(P.U8, 'a version other than 1', (value) => value === 1),
  name: text('no name of a network', isNetworkName),
  nonce: P.bytes(32),
  validators: P.array(count(P.U16BE, MAX_VALIDATORS), registration),
  outputs: P.array(count(P.U32BE, MAX_GENESIS_OUTPUTS), output),
  policy,
}) as unknown as P.CoderType<Genesis>;

/** The one encoding of a genesis. Throws `ClientError` (`genesis-malformed`) where a field does not fit it. */
export function encodeGenesis(genesis: Genesis): Uint8Array {
  try {
    return genesisWire.encode(genesis);
  } catch (cause) {
    throw malformed('This genesis has no encoding', cause);
  }
}

/**
 * The genesis in bytes that `encodeGenesis` makes; whether it may start a chain is `checkGenesis`' question. Throws
 * `ClientError` (`genesis-malformed`) for any other bytes.
 */
export function decodeGenesis(bytes: Uint8Array): Genesis {
  try {
    return genesisWire.decode(bytes);
  } catch (cause) {
    throw malformed('These bytes are no genesis', cause);
  }
}

const malformed = (what: string, cause: unknown): ClientError =>
  new ClientError(
    'genesis-malformed',
    `${what}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    {},
    cause,
  );
