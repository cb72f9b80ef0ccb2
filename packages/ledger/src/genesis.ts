import { canonicalDelta, type Delta, OUTPUT_TABLE } from './delta.ts';
import { LedgerError } from './error.ts';
import { type TaggedHash, tagged } from './hash.ts';
import { encodeOutPoint, type OutPoint } from './outpoint.ts';
import { encodeOutput } from './output.ts';
import { MAX_AMOUNT, type Output } from './transaction.ts';

const genesisHash: TaggedHash = /* @__PURE__ */ tagged('genesis-output');

/**
 * The name of output `number` (u32) of genesis: taggedHash('ios/ledger/v1/genesis-output', chain name, u32 number) and
 * index 0. The chain name (32 bytes) stands before the hash of genesis is known. Throws `out-of-range`.
 */
export function genesisOutpoint(chainName: Uint8Array, number: number): OutPoint {
  const { length } = chainName;
  if (length !== 32) throw new LedgerError('out-of-range', `chain name: ${length} bytes, 32 wanted`);
  if (!Number.isInteger(number) || number < 0 || number > 0xffffffff) {
    throw new LedgerError('out-of-range', `genesis output ${number} is no u32`);
  }
  const place = Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
  return { id: genesisHash([chainName, place]), index: 0 };
}

/**
 * The delta of height 0: all outputs of genesis come into being. Throws `out-of-range` for an amount that is not
 * 1..2^64-1, an owner that is not 32 bytes, or a supply above 2^64-1. Owners are `checkOwners`' business.
 */
export function genesisDelta(outputs: readonly Output[], chainName: Uint8Array): Delta {
  const supply = outputs.reduce((sum, { amount }) => sum + amount, 0n);
  if (supply > MAX_AMOUNT) throw new LedgerError('out-of-range', 'the supply is above 2^64-1 atomic units', { supply });
  return canonicalDelta(
    outputs.map((output, number) => ({
      table: OUTPUT_TABLE,
      key: encodeOutPoint(genesisOutpoint(chainName, number)),
      old: undefined,
      new: encodeOutput(output),
    })),
  );
}
