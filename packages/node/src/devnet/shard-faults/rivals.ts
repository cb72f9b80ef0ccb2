import { refundOutpoint } from '@ios/atomix';
import type { Genesis } from '@ios/client';
import {
  encodeTransaction,
  type Output,
  signTransaction,
  type TransactionBody,
  transactionId,
  type UnspentOutput,
} from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../../errors.ts';
import { nodeHasher } from '../../hasher.ts';
import { layoutOf } from '../../layout.ts';
import type { Audit } from '../audit.ts';
import type { ScriptKey } from '../script-key.ts';

/** One of two transfers over the same coins. */
export interface Rival {
  readonly id: Uint8Array;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** For each coin its shard and its amount, in the order of the inputs. */
  readonly coins: readonly { readonly shard: number; readonly amount: bigint }[];
  /** The shard that is to hear of it first. */
  readonly first: number;
}

/** What became of a pair: whether one was committed, and why shards gave up what they had accepted. */
export interface PairOutcome {
  readonly isCommitted: boolean;
  readonly reasons: readonly ('rejected' | 'absent')[];
}

/** How many pairs are tried at most. */
const PAIRS = 12;

/** A coin, its shard, and who can spend it. */
interface Coin extends UnspentOutput {
  readonly shard: number;
  readonly key: ScriptKey;
}

/**
 * Pairs of transfers, each over one coin of a shard and one of the next, to the owner of the one or of the other.
 * @throws NodeError `fault` where no two shards have coins
 */
export const signPairs = (
  genesis: Genesis,
  keys: readonly ScriptKey[],
  audits: readonly Pick<Audit, 'state'>[],
  expiry: number,
): (readonly [Rival, Rival])[] => {
  const { chain, place } = layoutOf(genesis);
  const coins = audits.map((): Coin[] => []);
  for (const key of keys) {
    const shard = place(key.publicKey);
    if (coins[shard]!.length === 2 * PAIRS) continue;
    const [coin] = audits[shard]!.state.outputs.outputsOf(key.publicKey, 1);
    // What is worth no more than the lock fee would not come back.
    if (coin !== undefined && coin.output.amount > genesis.policy.lockFee) coins[shard]!.push({ ...coin, shard, key });
  }
  const pairs: (readonly [Rival, Rival])[] = [];
  for (let i = 0; pairs.length < PAIRS && i < PAIRS * audits.length; i++) {
    const shards = [i % audits.length, (i + 1) % audits.length];
    const [one, other] = shards.map((shard) => coins[shard]!.pop());
    if (one === undefined || other === undefined) break;
    const spent = [one, other];
    const amount = one.output.amount + other.output.amount;
    const sign = (message: Uint8Array, owner: Uint8Array): Uint8Array =>
      spent.find(({ key }) => Buffer.compare(key.publicKey, owner) === 0)!.key.sign(message);
    const payTo = ({ key, shard }: Coin): Rival => {
      const outputs: Output[] = [{ amount, owner: key.publicKey }];
      const inputs = spent.map(({ outpoint, output }) => ({ outpoint, ...output }));
      const body: TransactionBody = { chain, kind: 'transfer', expiry, inputs, outputs };
      const id = transactionId(body, nodeHasher);
      return {
        id,
        name: bytesToHex(id),
        bytes: encodeTransaction(signTransaction(body, sign, nodeHasher)),
        coins: spent.map((coin) => ({ shard: coin.shard, amount: coin.output.amount })),
        first: shard,
      };
    };
    pairs.push([payTo(one), payTo(other)]);
  }
  if (pairs.length === 0) throw new NodeError('fault', 'No two shards have coins to be spent twice.');
  return pairs;
};

const did = ({ steps }: Pick<Audit, 'steps'>, { name }: Rival, what: 'accepted' | 'committed' | 'aborted'): boolean =>
  steps.get(name)?.has(what) === true;

/** Whether a shard has accepted one of the two, and every shard that accepted one has decided it. */
export const isDecided = (pair: readonly Rival[], audits: readonly Pick<Audit, 'steps'>[]): boolean => {
  const accepted = pair.flatMap((rival) =>
    audits.filter((audit) => did(audit, rival, 'accepted')).map((audit) => ({ rival, audit })),
  );
  return (
    accepted.length > 0 &&
    accepted.every(({ rival, audit }) => did(audit, rival, 'committed') || did(audit, rival, 'aborted'))
  );
};

/**
 * Holds what became of a pair against what must be: one is committed by all its voters, or none by any; and whatever a shard
 * accepted and gave up came back, less the lock fee. @throws NodeError `fault` where it is not so.
 */
export const checkPair = (
  pair: readonly Rival[],
  audits: readonly Pick<Audit, 'steps' | 'state'>[],
  lockFee: bigint,
): PairOutcome => {
  const refuse = (what: string): never => {
    throw new NodeError('fault', `Of the rivals ${pair.map(({ name }) => name).join(' and ')} ${what}.`);
  };
  const commits = pair.map(
    (rival) => rival.coins.filter(({ shard }) => did(audits[shard]!, rival, 'committed')).length,
  );
  for (const [k, { coins }] of pair.entries())
    if (commits[k] !== 0 && commits[k] !== coins.length) refuse('one is committed in one shard alone');
  if (commits.every((count) => count > 0)) refuse('both are committed');
  const reasons = pair.flatMap(({ id, name, coins }) =>
    coins.flatMap(({ shard, amount }, index) => {
      const { steps, state } = audits[shard]!;
      const why = steps.get(name)?.get('aborted')?.why;
      if (why === undefined) return [];
      const refund = state.outputs.get(refundOutpoint(id, index));
      if (refund?.amount !== amount - lockFee) refuse(`the coin of shard ${shard} has not come back`);
      return [why.reason];
    }),
  );
  return { isCommitted: commits.some((count) => count > 0), reasons };
};
