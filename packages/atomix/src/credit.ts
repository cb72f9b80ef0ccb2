import * as P from 'micro-packed';

/**
 * An output on its way to a shard that did not vote: what it will be there (transaction id, 32 bytes; index 0..255; amount;
 * owner, 32 bytes), and beside it the receiver's share of the transaction's fee, 0 but in the first credit of each receiver.
 */
export interface Credit {
  readonly id: Uint8Array;
  readonly index: number;
  readonly amount: bigint;
  readonly owner: Uint8Array;
  readonly fee: bigint;
}

/** An amount of 1..2^64-1 atomic units. */
const amount: P.CoderType<bigint> = /* @__PURE__ */ P.validate(P.U64BE, (amount) => {
  if (amount === 0n) throw new Error('an output of nothing');
  return amount;
});

/** id 32, index u8, amount u64, owner 32, fee u64: 81 bytes. */
export const creditWire: P.CoderType<Credit> = /* @__PURE__ */ P.struct({
  id: P.bytes(32),
  index: P.U8,
  amount,
  owner: P.bytes(32),
  fee: P.U64BE,
});
