import { type Parties, partiesOf, refundOutpoint } from '@ios/atomix';
import { chainName, genesisHash } from '@ios/client';
import {
  encodeTransaction,
  genesisOutpoint,
  type Input,
  type OutPoint,
  type Output,
  signTransaction,
  type Transaction,
  type TransactionBody,
  transactionId,
} from '@ios/ledger';
import type { Rng } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ShardedGenesis } from './atomix-genesis.ts';

/** A transaction that a wallet made. */
export interface Payment {
  /** Id in hex. */
  readonly name: string;
  readonly body: TransactionBody;
  readonly transaction: Transaction;
  readonly bytes: Uint8Array;
  readonly parties: Parties;
  /** Neither it nor what it depends on spends what something else spends. */
  readonly clean: boolean;
}

interface Coin {
  readonly outpoint: OutPoint;
  readonly output: Output;
  readonly clean: boolean;
}

/** Wallets that pay in and between all shards. */
export interface Wallets {
  /** One payment, two that spend one coin, or a false one; they may spend what is not final. Nothing once too little is left. */
  next(expiry: number): Payment[];
  /** A payment with a coin that nothing else ever spends, of each shard in turn one voter more. */
  last(expiry: number): Payment[];
  /** A shard has made its outputs of a payment. */
  made(payment: Payment, shard: number): void;
  /** A shard has aborted a payment: its coins there are back under other names. */
  aborted(payment: Payment, shard: number): void;
}

/** A transaction whose first witness does not hold, nor does it when this is done to it again. */
export const spoilt = ({ body, witnesses }: Transaction): Transaction => {
  const [first, ...rest] = witnesses;
  return { body, witnesses: [first!.map((byte, i) => (i === 1 ? (byte + 1) & 255 : byte)), ...rest] };
};

/** Coins of each shard that are kept for the end. */
const RESERVED = 4;

/** Wallets with the coins of genesis. */
export const createWallets = ({ genesis, place, owners }: ShardedGenesis, rng: Rng): Wallets => {
  const chain = genesisHash(genesis);
  const name = chainName(genesis);
  const { shards } = genesis.policy;
  const { lockFee } = genesis.policy;
  const keys = new Map(owners.flat().map((key) => [bytesToHex(key.publicKey), key]));
  const purses: Coin[][] = Array.from({ length: shards }, () => []);
  const put = (coin: Coin): void => {
    purses[place(coin.output.owner)]!.push(coin);
  };
  for (const [i, output] of genesis.outputs.entries()) put({ outpoint: genesisOutpoint(name, i), output, clean: true });
  const reserves = purses.map((purse) => purse.splice(0, RESERVED));

  const draw = (shard: number): Coin | undefined => {
    const purse = purses[shard]!;
    return purse.splice(rng.below(Math.max(1, purse.length)), 1)[0];
  };

  const there = new Set<string>();
  const made = ({ name: id, body, clean }: Payment, shard: number): void => {
    if (there.has(`${id} ${shard}`)) return;
    there.add(`${id} ${shard}`);
    for (const [index, output] of body.outputs.entries())
      if (place(output.owner) === shard) put({ outpoint: { id: Buffer.from(id, 'hex'), index }, output, clean });
  };

  const pay = (coins: readonly Coin[], to: readonly number[], expiry: number, clean: boolean): Payment => {
    const total = coins.reduce((sum, { output }) => sum + output.amount, 0n);
    const fee = BigInt(rng.below(8));
    const part = (total - fee) / BigInt(to.length);
    const outputs = to.map((shard, i) => ({
      amount: i === 0 ? total - fee - part * BigInt(to.length - 1) : part,
      owner: rng.pick(owners[shard]!).publicKey,
    }));
    const inputs: Input[] = coins.map(({ outpoint, output }) => ({ outpoint, ...output }));
    const body: TransactionBody = { chain, kind: 'transfer', expiry, inputs, outputs };
    const id = transactionId(body);
    const transaction = signTransaction(body, (message, owner) => keys.get(bytesToHex(owner))!.sign(message));
    const payment: Payment = {
      name: bytesToHex(id),
      body,
      transaction,
      bytes: encodeTransaction(transaction),
      parties: partiesOf(body, place),
      clean,
    };
    // Some are spent before they are there, and may never be.
    if (clean && rng.chance(0.3)) for (const shard of payment.parties.participants) made(payment, shard);
    return payment;
  };
  /** A coin that is not there like this, in the same shard. */
  const belie = (coin: Coin): Coin => {
    const { outpoint, output } = coin;
    const { amount, owner } = output;
    const others = owners[place(owner)]!.filter(({ publicKey }) => Buffer.compare(publicKey, owner) !== 0);
    const [other, id] = [rng.pick(others).publicKey, rng.bytes(32)];
    put(coin);
    return rng.pick<Coin>([
      { outpoint, output: { amount: amount + 1n, owner }, clean: false },
      { outpoint, output: { amount, owner: other }, clean: false },
      { outpoint: { ...outpoint, id }, output, clean: false },
    ]);
  };
  const anywhere = (count: number): number[] => Array.from({ length: count }, () => rng.below(shards));

  return {
    next(expiry) {
      const home = rng.below(shards);
      const first = draw(home);
      if (first === undefined) return [];
      const kind = rng.below(10);
      if (kind === 0) return [pay([first], [home, home], expiry, first.clean)];
      if (kind <= 3) return [pay([first], anywhere(rng.between(1, 3)), expiry, first.clean)];
      const others = rng
        .shuffle([...purses.keys()].filter((shard) => shard !== home))
        .slice(0, rng.between(1, shards - 1))
        .flatMap((shard) => draw(shard) ?? []);
      const coins = [first, ...others, ...(rng.chance(0.3) ? [draw(home) ?? []].flat() : [])];
      if (kind <= 7)
        return [
          pay(
            coins,
            anywhere(rng.between(1, 3)),
            expiry,
            coins.every(({ clean }) => clean),
          ),
        ];
      // One that states of a coin what is not so: what it is worth, whose it is, that it is there at all.
      if (kind === 8) {
        const [other, ...rest] = others.length === 0 ? [first] : [...others, first];
        return [pay([belie(other!), ...rest], anywhere(2), expiry, false)];
      }
      // Two that have a coin in common, and now and then a second one.
      const theirs = rng.chance(0.3) ? coins : [rng.pick(coins), ...anywhere(1).flatMap((shard) => draw(shard) ?? [])];
      return [
        pay(rng.shuffle(coins), anywhere(2), expiry, false),
        pay(rng.shuffle(theirs), anywhere(1), expiry + rng.below(2), false),
      ];
    },
    last: (expiry) =>
      reserves.flatMap((reserve, shard) =>
        [1, 2, shards].slice(0, reserve.length).map((voters) => {
          const coins = Array.from({ length: voters }, (_, i) => reserves[(shard + i) % shards]!.pop()).flatMap(
            (coin) => coin ?? [],
          );
          return pay(coins, [...anywhere(1), (shard + 1) % shards], expiry, true);
        }),
      ),
    made,
    aborted({ body, name: id, clean, parties }, shard) {
      body.inputs.forEach(({ amount, owner }, index) => {
        if (parties.inputShards[index] !== shard || amount <= lockFee) return;
        const outpoint = refundOutpoint(Buffer.from(id, 'hex'), index);
        put({ outpoint, output: { amount: amount - lockFee, owner }, clean });
      });
    },
  };
};
