import { type Input, MAX_EXPIRY_AHEAD, outpointKey, type TransactionBody } from '@ios/ledger';
import { ClientError } from '../error.ts';
import type { StatusAnswer, TransactionPlace } from '../methods/answers.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';
import { buildTransfer, type Payment, type SignedTransaction } from './build.ts';
import { fetchCoins } from './coins.ts';
import { aborted, handIn, rejected } from './hand-in.ts';
import type { OwnerKey } from './keys.ts';
import { fetchProgress, followProgress, type TransactionProgress } from './progress.ts';
import { type ManyShards, type OneShard, routeTo } from './route.ts';
import { preferOneShard } from './select.ts';

/** What a wallet is made of: one node of a network with one shard, or nodes of several shards; and keys. */
export type WalletOptions = (OneShard | ManyShards) & {
  /** Whose coins it holds, at least one; the first gets the change. One that is given again counts once. */
  readonly keys: readonly OwnerKey[];
};

/** How a payment is made. */
export interface SendOptions extends CallOptions {
  /** What the transaction leaves to the validators, in atomic units; 0 by default. */
  readonly fee?: bigint;
}

/**
 * Coins of some keys, seen through nodes. All that it asks may be lies, which cost time and no coins: a transaction
 * states what it spends, on which chain, and how much it pays. Everything rejects with a `ClientError`, as calls of the
 * client do, or with the reason of `signal`.
 */
export interface Wallet {
  /** In the order of the keys. */
  readonly addresses: readonly string[];
  /** The sum of all outputs in atomic units, and their number; each key is asked for where its coins are. */
  balance(options?: CallOptions): Promise<{ readonly amount: bigint; readonly outputs: number }>;
  /** All outputs that can be spent now: those of pending payments of this wallet are left out. */
  coins(options?: CallOptions): Promise<readonly Input[]>;
  /**
   * Chooses coins, of one shard where they suffice, and signs, see `buildTransfer`. Until it is rejected or aborted, the
   * wallet spends its coins in nothing else.
   */
  build(payments: readonly Payment[], options?: SendOptions): Promise<SignedTransaction>;
  /**
   * Hands a transaction to each shard that votes on it, again where a node has no room now. Once is enough, more do no
   * harm. Rejects with `rejected` (`facts.reason`) where no voter has taken it; once one has, it shows the others, and
   * what comes of it is seen by `waitFor` alone.
   */
  submit(signed: SignedTransaction, options?: CallOptions): Promise<void>;
  /** Builds and submits. */
  send(payments: readonly Payment[], options?: SendOptions): Promise<SignedTransaction>;
  /** Where a transaction stands in each shard that has a part in it and a node here, and what that comes to. */
  status(signed: SignedTransaction, options?: CallOptions): Promise<TransactionProgress>;
  /** The same now and whenever it changes, until it is settled; hands it in again where a voter has lost it. */
  follow(signed: SignedTransaction, options?: CallOptions): AsyncGenerator<TransactionProgress, void>;
  /**
   * Waits until a voter has committed, which all others then will. Rejects with `rejected`, or `aborted` (`facts.reason`,
   * `facts.shard`) where the shards gave it up: what they held comes back.
   */
  waitFor(signed: SignedTransaction, status: 'committed', options?: CallOptions): Promise<TransactionProgress>;
  /** The same for a transaction with one voter, and where it stands; `out-of-range` for others. */
  waitFor(signed: SignedTransaction, status: 'final', options?: CallOptions): Promise<TransactionPlace>;
}

/**
 * Makes a wallet. Throws `ClientError`: `out-of-range` without keys, `rpc-answer` where the nodes are of another network.
 */
export function createWallet({ keys: given, ...way }: WalletOptions): Wallet {
  const keys = [...new Map(given.map((key) => [key.address, key])).values()];
  if (keys.length === 0) throw new ClientError('out-of-range', 'A wallet has at least one key.');
  const { chain } = way.network;
  const route = routeTo(way);
  /** Which transaction of this wallet spends a coin. */
  const reserved = new Map<string, string>();

  const release = (id: string): void => {
    for (const [key, by] of reserved) if (by === id) reserved.delete(key);
  };

  const allCoins = async (options: CallOptions): Promise<Input[]> => {
    const coins: Input[] = [];
    for (const key of keys) coins.push(...(await fetchCoins(route.ofOwner(key.publicKey), key, options)));
    return coins;
  };

  const coins = async (options: CallOptions = {}): Promise<Input[]> => {
    const before = [...reserved.keys()];
    const all = await allCoins(options);
    const there = new Set(all.map(({ outpoint }) => outpointKey(outpoint)));
    // What the node no longer shows was spent: nothing is to be kept of it.
    for (const key of before) if (!there.has(key)) reserved.delete(key);
    return all.filter(({ outpoint }) => !reserved.has(outpointKey(outpoint)));
  };

  /** The least epoch of the shards of the keys: one of them may be in the next already. */
  const epochNow = async (options: CallOptions): Promise<number> => {
    const clients = new Set(keys.map(({ publicKey }) => route.ofOwner(publicKey)));
    const statuses = await Promise.all([...clients].map((client) => client.call('getStatus', {}, options)));
    if ('client' in way) for (const status of statuses) assertOneShard(status, way.client.url);
    return Math.min(...statuses.map(({ epoch }) => epoch));
  };

  const build = async (
    payments: readonly Payment[],
    { fee = 0n, signal }: SendOptions = {},
  ): Promise<SignedTransaction> => {
    const expiry = (await epochNow({ signal })) + MAX_EXPIRY_AHEAD;
    // Chosen and reserved without a pause, so that no other payment chooses the same meanwhile.
    const free = (await coins({ signal })).filter(({ outpoint }) => !reserved.has(outpointKey(outpoint)));
    const need = payments.reduce((sum, { amount }) => sum + amount, fee);
    const chosen = preferOneShard(free, need, route.place);
    const signed = buildTransfer({ chain, expiry, coins: chosen, payments, fee, keys });
    for (const { outpoint } of signed.transaction.body.inputs) reserved.set(outpointKey(outpoint), signed.id);
    return signed;
  };

  /** Hands it to one voter, whose refusal ends it as long as no other has taken it. Returns whether one has. */
  const offer = async (
    voter: RpcClient,
    signed: SignedTransaction,
    taken: boolean,
    options: CallOptions,
  ): Promise<boolean> => {
    try {
      await handIn(voter, signed, options);
      return true;
    } catch (error) {
      if (!(error instanceof ClientError && error.code === 'rejected')) throw error;
      if (taken) return true;
      release(signed.id);
      throw error;
    }
  };

  const submit = async (signed: SignedTransaction, options: CallOptions = {}): Promise<void> => {
    let taken = false;
    for (const { client } of route.voters(bodyOf(signed))) taken = await offer(client, signed, taken, options);
  };

  /** As often as a node is heard; what voters do not know is handed in again before any of them has locked anything. */
  async function* listen(signed: SignedTransaction, options: CallOptions): AsyncGenerator<TransactionProgress, void> {
    const voters = new Map(route.voters(bodyOf(signed)).map(({ shard, client }) => [shard, client]));
    // An answer stays in what follows until its shard gives another one.
    const handled = new WeakSet<object>();
    const endpoints = route.participants(bodyOf(signed));
    const shards = endpoints.map(({ shard }) => shard);
    const followed = followProgress(endpoints, signed.id, { ...options, participants: async () => shards });
    for await (const progress of followed) {
      if (progress.status === 'aborted' || progress.status === 'rejected') release(signed.id);
      yield progress;
      if (progress.status !== 'unknown' && progress.status !== 'pending') continue;
      let taken = progress.status === 'pending';
      for (const { shard, answer } of progress.steps) {
        const voter = voters.get(shard);
        if (answer.status !== 'unknown' || voter === undefined || handled.has(answer)) continue;
        handled.add(answer);
        taken = await offer(voter, signed, taken, options);
      }
    }
  }

  async function* follow(
    signed: SignedTransaction,
    options: CallOptions = {},
  ): AsyncGenerator<TransactionProgress, void> {
    let said: string | undefined;
    for await (const progress of listen(signed, options)) {
      const text = JSON.stringify(progress);
      if (text !== said) yield progress;
      said = text;
    }
  }

  const committed = async (signed: SignedTransaction, options: CallOptions): Promise<TransactionProgress> => {
    const { id } = signed;
    for await (const progress of listen(signed, options)) {
      if (progress.status === 'committed') return progress;
      if (progress.status === 'aborted') throw aborted(id, progress.reason, progress.shard);
      if (progress.status === 'rejected') throw rejected(id, progress.code, progress.message);
    }
    throw new ClientError('rpc-answer', `No node says what became of ${id}.`, { id });
  };

  const final = async (signed: SignedTransaction, options: CallOptions): Promise<TransactionPlace> => {
    const voters = route.voters(bodyOf(signed)).map(({ shard }) => shard);
    if (voters.length > 1) {
      const message = `The shards ${voters.join(', ')} vote on this transaction: wait until it is committed.`;
      throw new ClientError('out-of-range', message, { id: signed.id });
    }
    const { steps } = await committed(signed, options);
    const answer = steps.find(({ shard }) => shard === voters[0])?.answer;
    if (answer?.status === 'final') return { height: answer.height, index: answer.index, block: answer.block };
    throw new ClientError('rpc-answer', `Shard ${voters[0]} alone votes on ${signed.id}, and shows no final place.`);
  };

  function waitFor(signed: SignedTransaction, status: 'committed', options?: CallOptions): Promise<TransactionProgress>;
  function waitFor(signed: SignedTransaction, status: 'final', options?: CallOptions): Promise<TransactionPlace>;
  function waitFor(
    signed: SignedTransaction,
    status: 'committed' | 'final',
    options: CallOptions = {},
  ): Promise<TransactionProgress | TransactionPlace> {
    return status === 'final' ? final(signed, options) : committed(signed, options);
  }

  return {
    addresses: keys.map(({ address }) => address),
    async balance(options = {}) {
      const all = await allCoins(options);
      return { amount: all.reduce((sum, { amount }) => sum + amount, 0n), outputs: all.length };
    },
    coins,
    build,
    submit,
    async send(payments, options = {}) {
      const signed = await build(payments, options);
      await submit(signed, options);
      return signed;
    },
    status: async (signed, options) => fetchProgress(route.participants(bodyOf(signed)), signed.id, options),
    follow,
    waitFor,
  };
}

const bodyOf = ({ transaction }: SignedTransaction): TransactionBody => transaction.body;

function assertOneShard({ shards }: StatusAnswer, url: string): void {
  if (!(shards > 1)) return;
  const message = `The network of ${url} has ${shards} shards, and coins in any of them: make the wallet of shardClients.`;
  throw new ClientError('no-endpoint', message, { shards });
}
