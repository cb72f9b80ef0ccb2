import { partiesOf, placementOver } from '@ios/atomix';
import { chainName, type Genesis, genesisHash } from '@ios/client';
import { genesisOutpoint, type Output } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { seedKey } from '../../src/devnet/script-key.ts';
import type { Tracked } from '../../src/devnet/submission.ts';
import { type Coin, transferBy } from '../signed-fixture.ts';

/** Within a shard, to another shard, or with inputs and outputs in two. */
export type PaymentKind = 'home' | 'across' | 'both';

/** A payment of the stream. */
export interface Payment extends Tracked {
  readonly kind: PaymentKind;
}

/** Payments without an end, each of what an earlier one made. */
export interface PaymentStream {
  /** What kinds there are in a network of so many shards. */
  readonly kinds: readonly PaymentKind[];
  /** A payment of each lane whose last one is done, valid up to this epoch. */
  next(expiry: number): readonly Payment[];
  /** Every shard has done its part in a payment. */
  done(payment: Payment): void;
}

const OWNERS = Array.from({ length: 64 }, (_, i) => seedKey(new Uint8Array(32).fill(i + 1)));
const AMOUNT = 1_000_000n;
/** Lanes, of all shards together. */
const LANES = 50;

/** A line of payments, one after the other, and where its coins are at first: one of a shard, or one of each of two. */
interface Lane {
  readonly kind: PaymentKind;
  readonly from: readonly number[];
}

/** Of one shard all lanes stay at home; of more two fifths do, and a third have inputs in two shards. */
const lanesOver = (shards: number): Lane[] =>
  Array.from({ length: LANES }, (_, i): Lane => {
    const [from, to] = [i % shards, (i + 1) % shards];
    if (shards === 1 || i < 0.4 * LANES) return { kind: 'home', from: [from] };
    return i < 0.7 * LANES ? { kind: 'across', from: [from] } : { kind: 'both', from: [from, to] };
  });

/** Owners in each of so many shards, another one for each turn. */
const ownersOver = (shards: number): ((shard: number, turn: number) => Uint8Array) => {
  const place = placementOver(shards);
  const keys = OWNERS.map(({ publicKey }) => publicKey);
  const by = Array.from({ length: shards }, (_, shard) => keys.filter((key) => place(key) === shard));
  return (shard, turn) => by[shard]![turn % by[shard]!.length]!;
};

/** The outputs of genesis that the payments begin with. */
export const streamOutputs = (shards: number): Output[] => {
  const ownerIn = ownersOver(shards);
  return lanesOver(shards).flatMap(({ from }, i) =>
    from.map((shard) => ({ amount: AMOUNT, owner: ownerIn(shard, i) })),
  );
};

/** The payments of a network that has the outputs of {@link streamOutputs}. */
export const createPaymentStream = (genesis: Genesis): PaymentStream => {
  const { shards } = genesis.policy;
  const [chain, name, place] = [genesisHash(genesis), chainName(genesis), placementOver(shards)];
  const ownerIn = ownersOver(shards);
  const first = genesis.outputs.map((output, i): Coin => ({ outpoint: genesisOutpoint(name, i), output }));
  const lanes = lanesOver(shards).map(({ kind, from }) => ({ kind, coins: first.splice(0, from.length), busy: false }));
  const lanesBy = new Map<string, (typeof lanes)[number]>();
  let turn = 0;

  const pay = (lane: (typeof lanes)[number], expiry: number): Payment => {
    const { kind, coins } = lane;
    const outputs = coins.map(({ output }, i): Output => {
      const to = (place(output.owner) + (kind === 'across' ? 1 : 0)) % shards;
      // What is spent in one shard is paid out in the other.
      const { amount } = coins[(i + 1) % coins.length]!.output;
      return { amount: amount - 1n, owner: ownerIn(to, turn) };
    });
    const { id, bytes, transaction, coins: made } = transferBy(chain, OWNERS, coins, outputs, expiry);
    const payment = {
      kind,
      id,
      bytes,
      name: bytesToHex(id),
      parties: partiesOf(transaction.body, place),
      expiry,
      turn: turn++,
      submittedAt: undefined,
      finalAt: undefined,
    };
    Object.assign(lane, { coins: made, busy: true });
    lanesBy.set(payment.name, lane);
    return payment;
  };

  return {
    kinds: [...new Set(lanes.map(({ kind }) => kind))],
    next: (expiry) => lanes.filter(({ busy }) => !busy).map((lane) => pay(lane, expiry)),
    done({ name }) {
      lanesBy.get(name)!.busy = false;
      lanesBy.delete(name);
    },
  };
};
