import {
  encodeTransaction,
  genesisOutpoint,
  type Input,
  type OutPoint,
  type Output,
  signTransaction,
  type TransactionBody,
  transactionId,
} from '@ios/ledger';
import type { Rng } from '@ios/simulator';
import { seedKey } from '../src/devnet/script-key.ts';

/** A transfer that a wallet made, and what it spends. */
export interface Transfer {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
  /** Number of the pair, for two that spend the same outputs: at most one of them becomes final. */
  readonly pair: number | undefined;
}

interface Coin {
  readonly outpoint: OutPoint;
  readonly output: Output;
}

const key = (i: number) => seedKey(new Uint8Array(32).fill(i + 1));
const KEYS = [key(0), key(1), key(2), key(3), key(4)];

/** What genesis gives the wallets: `count` outputs, dealt in turn. */
export const walletOutputs = (count: number): Output[] =>
  Array.from({ length: count }, (_, i) => ({ amount: 1_000n + BigInt(i), owner: KEYS[i % KEYS.length]!.publicKey }));

/** Wallets that spend each other's outputs, final or not: chains of children, and now and then two spends of one output. */
export class Wallets {
  readonly #coins: Coin[];
  readonly #chain: Uint8Array;
  readonly #rng: Rng;
  #pairs = 0;

  constructor(rng: Rng, chain: Uint8Array, chainName: Uint8Array, outputs: readonly Output[]) {
    this.#rng = rng;
    this.#chain = chain;
    this.#coins = outputs.map((output, i) => ({ outpoint: genesisOutpoint(chainName, i), output }));
  }

  /** One transfer, or two that contradict each other: nothing is built on the outputs of those. */
  next(): Transfer[] {
    const coins = this.#rng.shuffle(this.#coins).slice(0, this.#rng.between(1, 2));
    for (const coin of coins) this.#coins.splice(this.#coins.indexOf(coin), 1);
    const rivals = this.#coins.length > 8 && this.#rng.chance(0.1);
    if (!rivals) return [this.#transfer(coins, undefined, 2)];
    const pair = this.#pairs++;
    // Of two expiries, so that two that are otherwise alike are two.
    return [this.#transfer(coins, pair, 2), this.#transfer(coins, pair, 1)];
  }

  #transfer(coins: readonly Coin[], pair: number | undefined, expiry: number): Transfer {
    const total = coins.reduce((sum, { output }) => sum + output.amount, 0n);
    const fee = total > 2n ? BigInt(this.#rng.below(3)) : 0n;
    const change = (total - fee) / BigInt(this.#rng.between(2, 5));
    const owner = (): Uint8Array => this.#rng.pick(KEYS).publicKey;
    const outputs = [change, total - fee - change]
      .filter((amount) => amount > 0n)
      .map((amount) => ({ amount, owner: owner() }));
    const inputs: Input[] = coins.map(({ outpoint, output }) => ({ outpoint, ...output }));
    const body: TransactionBody = { chain: this.#chain, kind: 'transfer', expiry, inputs, outputs };
    const id = transactionId(body);
    const transaction = signTransaction(body, (message, signer) =>
      KEYS.find(({ publicKey }) => Buffer.compare(publicKey, signer) === 0)!.sign(message),
    );
    if (pair === undefined)
      for (const [index, output] of outputs.entries()) this.#coins.push({ outpoint: { id, index }, output });
    return { id, bytes: encodeTransaction(transaction), pair };
  }
}
