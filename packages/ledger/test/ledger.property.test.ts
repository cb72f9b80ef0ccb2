import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applyBlock,
  applyTransactions,
  assembleBlock,
  type Block,
  type Change,
  canonicalDelta,
  createUtxoSet,
  decodeDelta,
  decodeOutPoint,
  decodeOutput,
  encodeDelta,
  encodeOutPoint,
  encodeOutput,
  genesisOutpoint,
  INITIAL_EXECUTION_DIGEST,
  type Input,
  nextExecutionDigest,
  OUTPUT_TABLE,
  type OutPoint,
  type Transaction,
  transactionId,
  type UnspentOutput,
  type UtxoSet,
  undo,
} from '../src/index.ts';
import {
  allocation,
  bytes32,
  chain,
  chainName,
  context,
  genesis,
  genesisSet,
  owner,
  position,
  unsigned,
} from './fixtures.ts';

/** A wish for a transaction: which of the outputs that there are it spends, and how it shares them out. */
const wish = fc.record({
  spend: fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 3 }),
  fee: fc.nat({ max: 7 }),
  outputs: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 3 }),
});
const plan = fc.array(
  fc.record({
    wishes: fc.array(wish, { maxLength: 6 }),
    beneficiaries: fc.array(fc.nat({ max: 5 }), { maxLength: 5 }),
  }),
  { minLength: 1, maxLength: 5 },
);
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

/** The outputs of genesis as inputs that spend them. */
const genesisInputs = (): Input[] =>
  allocation.map((output, number) => ({ outpoint: genesisOutpoint(chainName, number), ...output }));

/** Makes the wish true over `unspent`, which it keeps current; later wishes of a block may spend what earlier ones make. */
function fulfil({ spend, fee, outputs }: Wish, unspent: Input[]): Transaction[] {
  const inputs: Input[] = [];
  for (const number of spend) inputs.push(...unspent.splice(number % Math.max(1, unspent.length), 1));
  const total = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  const share = (total - BigInt(fee)) / BigInt(outputs.length);
  if (share < 1n) {
    unspent.push(...inputs);
    return [];
  }
  const body = {
    chain,
    kind: 'transfer' as const,
    expiry: 5,
    inputs,
    outputs: outputs.map((number) => ({ amount: share, owner: owner(number) })),
  };
  const id = transactionId(body);
  unspent.push(...body.outputs.map((output, index) => ({ outpoint: { id, index }, ...output })));
  return [unsigned(body)];
}

function run(set: UtxoSet, block: Block, beneficiaries: number[]): ReturnType<typeof valid> {
  return valid(applyBlock(set, block, context, beneficiaries.map(owner)));
}

function valid(result: ReturnType<typeof applyBlock>): Extract<typeof result, { valid: true }> {
  if (!result.valid) throw new Error(result.rejection.code);
  return result;
}

test('random blocks conserve the supply, can be undone, and leave what a replay of their deltas leaves', () => {
  fc.assert(
    fc.property(plan, (plan) => {
      const set = genesisSet();
      const replica = genesisSet();
      const unspent = genesisInputs();
      const states = [set.entries()];
      const deltas = [];
      let digest = nextExecutionDigest(INITIAL_EXECUTION_DIGEST, genesis);
      for (const { wishes, beneficiaries } of plan) {
        const block = assembleBlock(
          position,
          new Uint8Array(0),
          wishes.flatMap((wish) => fulfil(wish, unspent)),
        );
        const { delta, fees, results } = run(set, block, beneficiaries);
        expect(fees).toBe(results.reduce((sum, { fee }) => sum + fee, 0n));
        set.apply(delta);
        expect(set.supply()).toBe(3600n);
        expect(set.size()).toBe(unspent.length);

        const rebuilt = createUtxoSet(states.at(-1));
        expect(run(rebuilt, block, beneficiaries).delta).toEqual(delta);
        replica.apply(decodeDelta(encodeDelta(delta)));
        expect(replica.entries()).toEqual(set.entries());
        const next = nextExecutionDigest(digest, delta);
        expect(next).not.toEqual(digest);
        digest = next;
        states.push(set.entries());
        deltas.push(delta);
      }
      for (const input of unspent) {
        expect(set.get(input.outpoint)).toEqual({ amount: input.amount, owner: input.owner });
      }
      while (deltas.length > 0) {
        expect(set.entries()).toEqual(states.pop());
        set.apply(undo(deltas.pop()!));
      }
      expect(set.entries()).toEqual(states.pop());
    }),
    { numRuns: 60 },
  );
});

test('a block is its transactions one after another', () => {
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 10 }), (wishes) => {
      const unspent = genesisInputs();
      const transactions = wishes.flatMap((wish) => fulfil(wish, unspent));
      const together = genesisSet();
      const whole = applyTransactions(together, transactions, context);
      if (!whole.valid) throw new Error(whole.rejection.code);
      together.apply(whole.delta);
      const apart = genesisSet();
      for (const [index, transaction] of transactions.entries()) {
        const one = applyTransactions(apart, [transaction], context);
        if (!one.valid) throw new Error(one.rejection.code);
        expect(one.results).toEqual([whole.results[index]]);
        apart.apply(one.delta);
      }
      expect(apart.entries()).toEqual(together.entries());
      for (let number = 0; number < 6; number++) {
        const owned = unspent.filter(({ owner: key }) => Buffer.compare(key, owner(number)) === 0);
        expect(together.balance(owner(number))).toBe(owned.reduce((sum, { amount }) => sum + amount, 0n));
        expect(together.outputsOf(owner(number)).length).toBe(owned.length);
      }
    }),
    { numRuns: 60 },
  );
});

/** What a walk through all of a set says of an owner. */
function walked(set: UtxoSet, owner: Uint8Array): UnspentOutput[] {
  const outputs = set.entries().filter(({ table }) => table === OUTPUT_TABLE);
  return outputs
    .map(({ key, value }) => ({ outpoint: decodeOutPoint(key), output: decodeOutput(value) }))
    .filter(({ output }) => Buffer.compare(output.owner, owner) === 0);
}

/** Outputs that come, go or change their owner and amount: a list for each delta. */
const moves = fc.array(
  fc.uniqueArray(
    fc.record({ name: fc.nat(300), owner: fc.nat(2), amount: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }) }),
    { selector: ({ name }) => name, maxLength: 150, size: 'max' },
  ),
  { minLength: 1, maxLength: 4 },
);

test('sums, counts and pages of an owner are those of a walk through the set, after deltas and their undoing', () => {
  const place = (name: number): OutPoint => ({ id: bytes32(`${name >> 1}`), index: name & 1 });
  const check = (set: UtxoSet, limit: number, after: number): void => {
    for (const key of [owner(0), owner(1), owner(2)]) {
      const all = walked(set, key);
      expect(set.balance(key)).toBe(all.reduce((sum, { output }) => sum + output.amount, 0n));
      expect(set.countOf(key)).toBe(all.length);
      expect(set.outputsOf(key)).toEqual(all);
      const last = encodeOutPoint(place(after));
      const above = all.filter(({ outpoint }) => Buffer.compare(encodeOutPoint(outpoint), last) > 0);
      expect(set.outputsOf(key, limit, place(after))).toEqual(above.slice(0, limit));
    }
  };
  fc.assert(
    fc.property(moves, fc.nat(150), fc.nat(300), (moves, limit, after) => {
      const set = createUtxoSet();
      const deltas = moves.map((batch) => {
        const delta = canonicalDelta(
          batch.map(({ name, owner: number, amount }): Change => {
            const found = set.get(place(name));
            const next = found && amount % 2n === 0n ? undefined : encodeOutput({ amount, owner: owner(number) });
            return {
              table: OUTPUT_TABLE,
              key: encodeOutPoint(place(name)),
              old: found && encodeOutput(found),
              new: next,
            };
          }),
        );
        set.apply(delta);
        check(set, limit, after);
        return delta;
      });
      for (const delta of deltas.reverse()) {
        set.apply(undo(delta));
        check(set, limit, after);
      }
      expect(set.size()).toBe(0);
    }),
    { numRuns: 12 },
  );
});

test('whatever is spent a second time, anywhere in a block, is refused there', () => {
  fc.assert(
    fc.property(fc.array(wish, { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(), (wishes, which, where) => {
      const unspent = genesisInputs();
      const transactions = wishes.flatMap((wish) => fulfil(wish, unspent));
      fc.pre(transactions.length > 0);
      const first = which % transactions.length;
      const at = first + 1 + (where % (transactions.length - first));
      const twice = [...transactions.slice(0, at), transactions[first]!, ...transactions.slice(at)];
      expect(applyTransactions(genesisSet(), twice, context)).toMatchObject({
        valid: false,
        index: at,
        rejection: { code: 'double-spend' },
      });
    }),
    { numRuns: 60 },
  );
});
