import {
  type AtomixView,
  createAtomixOverlay,
  createHeldTables,
  type Evidence,
  executeEntry,
  type HeldTables,
  joinViews,
  type Leaf,
  otherVoters,
  partiesOf,
  type ShardContext,
  type VerifiedEntry,
} from '@ios/atomix';
import { createUtxoSet, encodeOutPoint, encodeOutput, OUTPUT_TABLE, outpointKey, type UtxoSet } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeHasher } from '../src/hasher.ts';
import { createMempool, type Mempool } from '../src/shard/mempool.ts';
import { poolEntry } from '../src/shard/pool-entry.ts';
import { createSenderBudgets } from '../src/shard/sender-budgets.ts';
import { type Coin, coin, context, makeTransfer, ownerOf, ROOMY, type Transfer } from './pool-fixture.ts';

const SHARDS = 3;
const place = (owner: Uint8Array): number => owner[0]! % SHARDS;
const genesis: readonly Coin[] = Array.from({ length: 12 }, (_, i) => coin(i, 1_000n));
const SUPPLY = 12_000n;

/** A transfer in numbers: which coins it spends, whom it pays, and whether it lies about the first coin. */
interface Shape {
  readonly spends: readonly number[];
  readonly pays: readonly number[];
  readonly lies: boolean;
}
const shapes = fc.array(
  fc.record({
    spends: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 3 }),
    pays: fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }),
    lies: fc.nat(9).map((number) => number === 9),
  }),
  { minLength: 1, maxLength: 14 },
);

/** The transfers of the shapes, parents before children; what they spend may be spent by others too. */
const build = (all: readonly Shape[]): Transfer[] => {
  const coins = [...genesis];
  return all.map(({ spends, pays, lies }) => {
    const picked = [...new Set(spends.map((number) => number % coins.length))].map((at) => coins[at]!);
    const inputs = picked.map(({ outpoint, output }, i) => ({
      outpoint,
      owner: output.owner,
      amount: output.amount + (lies && i === 0 ? 7n : 0n),
    }));
    const amount = inputs.reduce((sum, input) => sum + input.amount, 0n) / BigInt(pays.length);
    const outputs = pays.map((owner) => ({ amount: amount === 0n ? 1n : amount, owner: ownerOf(owner) }));
    const transfer = makeTransfer({ chain: context.chain, kind: 'transfer', expiry: 2, inputs, outputs });
    if (!lies) coins.push(...transfer.coins);
    return transfer;
  });
};

interface Shard {
  readonly state: { readonly outputs: UtxoSet; readonly held: HeldTables; readonly view: AtomixView };
  readonly pool: Mempool;
  /** What a block of this shard has dealt with: as a node does, none of it is taken again. */
  readonly dealt: Set<string>;
  height: number;
}

/** Shards whose blocks are executed by the real machine; what one says the others are shown as it is, without proofs. */
const network = (transfers: readonly Transfer[]) => {
  const said: { shard: number; leaf: Leaf }[] = [];
  let fees = 0n;
  const accepted = (id: Uint8Array, by: number): boolean =>
    said.some(
      ({ shard, leaf }) => shard === by && leaf.type === 'vote' && leaf.verdict === 'accept' && same(leaf.id, id),
    );
  const shards = Array.from({ length: SHARDS }, (_, shard): Shard => {
    const entries = genesis
      .filter(({ output }) => place(output.owner) === shard)
      .map(({ outpoint, output }) => ({
        table: OUTPUT_TABLE,
        key: encodeOutPoint(outpoint),
        value: encodeOutput(output),
      }));
    const outputs = createUtxoSet(entries);
    const held = createHeldTables((owner) => place(owner) === shard);
    const state = { outputs, held, view: joinViews(outputs, held) };
    const budgets = createSenderBudgets({ transactions: 1_000, bytes: 1 << 30 });
    const pool = createMempool({
      view: state.view,
      context: () => context,
      limits: ROOMY,
      budgets,
      isContested: (id) => shards.some((_, other) => other !== shard && accepted(id, other)),
      hasKnownOwners: () => true,
      onUnchecked: () => {},
      onPending: () => {},
    });
    return { state, pool, dealt: new Set(), height: 0 };
  });

  const decisions = (at: number): VerifiedEntry[] => {
    const { held } = shards[at]!.state;
    const found: VerifiedEntry[] = [];
    for (const { id, body } of transfers) {
      const record = held.held(id);
      const others = otherVoters(partiesOf(body, place).voters, at);
      const votes = others.flatMap((other): Evidence[] =>
        said.flatMap(({ shard, leaf }) =>
          shard === other && leaf.type === 'vote' && same(leaf.id, id) ? [{ ...leaf, shard }] : [],
        ),
      );
      const reject = votes.find((vote) => vote.type === 'vote' && vote.verdict === 'reject');
      const accepts = others.flatMap((other) => votes.find((vote) => vote.shard === other) ?? []);
      if (record?.status === 'pending' && reject) found.push({ kind: 'abort', id, evidence: [reject] });
      else if (record?.status === 'pending' && accepts.length === others.length)
        found.push({ kind: 'commit', id, evidence: accepts });
    }
    for (let carrier = 0; carrier < SHARDS; carrier++) {
      const first = held.cursor(carrier).next;
      const credits = said.flatMap(({ shard, leaf }) =>
        shard === carrier && leaf.type === 'credit' && leaf.receiver === at && leaf.number >= first
          ? [leaf.credit]
          : [],
      );
      if (credits.length > 0)
        found.push({ kind: 'credits', evidence: [{ type: 'credits', shard: carrier, receiver: at, first, credits }] });
    }
    return found;
  };

  /** A block of a shard: all that can be decided, then all that is pending. */
  const block = (at: number): void => {
    const { state, pool } = shards[at]!;
    const height = ++shards[at]!.height;
    const where: ShardContext = { ...context, hasher: nodeHasher, shard: at, height, place, lockFee: 0n };
    const overlay = createAtomixOverlay(state.view, (owner) => place(owner) === at);
    const leaves: Leaf[] = [];
    /** What is pending can be executed in its order, and what other shards have shown always. */
    const execute = (entry: VerifiedEntry, mayFail: boolean): boolean => {
      const executed = executeEntry(overlay, entry, where);
      if (!executed.valid) {
        if (mayFail) return false;
        throw new Error(`${entry.kind} ${executed.rejection.code}`);
      }
      leaves.push(...executed.leaves);
      fees += executed.fee;
      return true;
    };
    const decided = decisions(at);
    // What frees outputs is decided before; who is pending was found so without it.
    const pending = [...pool.ordered()];
    const spends = pending.flatMap((entry) => entry.spends);
    expect(new Set(spends).size).toBe(spends.length);
    for (const entry of decided) execute(entry, false);
    // A vote against one whose coin was held until this block comes too late: it spends nothing, and is left out.
    const included = pending.filter(({ transaction, spends: { length } }) =>
      execute({ kind: 'transaction', body: transaction.body }, length === 0),
    );
    const delta = overlay.delta();
    state.outputs.apply(delta);
    state.held.apply(delta);
    said.push(...leaves.map((leaf) => ({ shard: at, leaf })));
    const known = {
      block: { transactions: included.map(({ transaction }) => transaction) },
      ids: included.map(({ id }) => id),
    };
    for (const { name } of included) shards[at]!.dealt.add(name);
    pool.onDecided({ known, delta });
  };
  const submit = ({ transaction, id, size }: Transfer, at: number, from: string): void => {
    const { pool, dealt } = shards[at]!;
    const entry = poolEntry(transaction, id, { shard: at, place }, { size, from, own: false });
    if (!dealt.has(entry.name)) pool.add(entry, true);
  };
  return { shards, said, block, submit, fees: () => fees };
};

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

test('what the pools of several shards hold can be executed in its order, and what contradicts nothing is done', () => {
  fc.assert(
    fc.property(
      shapes,
      fc.array(fc.tuple(fc.nat(30), fc.nat(SHARDS - 1), fc.boolean()), { maxLength: 60 }),
      (all, steps) => {
        const transfers = build(all);
        const { shards, said, block, submit, fees } = network(transfers);
        for (const [which, at, isBlock] of steps)
          if (isBlock) block(at);
          else submit(transfers[which % transfers.length]!, at, `${which % 3}`);
        // Everybody hands in everything until nothing changes any more.
        for (let before = -1; before !== said.length; ) {
          before = said.length;
          for (let at = 0; at < SHARDS; at++) {
            for (const transfer of transfers) submit(transfer, at, 'again');
            block(at);
            block(at);
          }
        }
        const supply = shards.reduce((sum, { state }) => sum + state.outputs.supply(), 0n);
        const held = transfers.flatMap(({ id, body }) =>
          shards.flatMap(({ state }, at) =>
            state.held.held(id)?.status === 'pending'
              ? body.inputs.filter(({ owner }) => place(owner) === at).map(({ amount }) => amount)
              : [],
          ),
        );
        expect(supply + held.reduce((sum, amount) => sum + amount, 0n) + fees()).toBe(SUPPLY);

        // What spends true coins that nobody else spends, made by such or by genesis, is done.
        const spenders = new Map<string, number>();
        for (const { body } of transfers)
          for (const { outpoint } of body.inputs)
            spenders.set(outpointKey(outpoint), (spenders.get(outpointKey(outpoint)) ?? 0) + 1);
        const clean = new Set(genesis.map(({ outpoint }) => outpointKey(outpoint)));
        for (const [i, transfer] of transfers.entries()) {
          const isClean =
            !all[i]!.lies &&
            transfer.body.inputs.every(({ outpoint }) => {
              const key = outpointKey(outpoint);
              return clean.has(key) && spenders.get(key) === 1;
            });
          if (!isClean) continue;
          expect([bytesToHex(transfer.id), isDone(transfer, said) || isHome(transfer, shards)]).toEqual([
            bytesToHex(transfer.id),
            true,
          ]);
          for (const { outpoint } of transfer.coins) clean.add(outpointKey(outpoint));
        }
      },
    ),
    { numRuns: 100 },
  );
});

/** Whether some shard has said that it committed the transfer. */
const isDone = ({ id }: Transfer, said: readonly { readonly leaf: Leaf }[]): boolean =>
  said.some(({ leaf }) => leaf.type === 'commit' && same(leaf.id, id));

/** Whether its only voter has spent its coins. */
const isHome = ({ body }: Transfer, shards: readonly Shard[]): boolean => {
  const { voters } = partiesOf(body, place);
  const { state } = shards[voters[0]!]!;
  return voters.length === 1 && body.inputs.every(({ outpoint }) => state.outputs.get(outpoint) === undefined);
};
