import { createHash } from 'node:crypto';
import { getPublicKey, sign } from '@ios/crypto/ed25519';
import {
  type BlockPosition,
  type Context,
  createUtxoSet,
  type Delta,
  genesisDelta,
  genesisOutpoint,
  type Input,
  inputOwners,
  type Output,
  type Transaction,
  type TransactionBody,
  type UtxoSet,
} from '../src/index.ts';

/** 32 bytes that depend on a name. */
export const bytes32 = (name: string): Uint8Array => new Uint8Array(createHash('sha256').update(name).digest());

export const chain: Uint8Array = bytes32('chain');
export const chainName: Uint8Array = bytes32('chain name');
export const context: Context = { chain, epoch: 5 };

/** Key pairs by number. */
const seed = (number: number): Uint8Array => bytes32(`seed ${number}`);
const keys = new Map<number, Uint8Array>();
export function owner(number: number): Uint8Array {
  const known = keys.get(number) ?? getPublicKey(seed(number));
  keys.set(number, known);
  return known;
}

/** Signs for the owners made by `owner(0)` to `owner(99)`. */
export function signer(message: Uint8Array, key: Uint8Array): Uint8Array {
  for (let number = 0; number < 100; number++) {
    if (Buffer.compare(owner(number), key) === 0) return sign(message, seed(number));
  }
  throw new Error('nobody has this key');
}

/** Genesis: output i belongs to owner i mod 4 and holds 100 * (i + 1) atomic units. */
export const allocation: Output[] = Array.from({ length: 8 }, (_, i) => ({
  amount: 100n * BigInt(i + 1),
  owner: owner(i % 4),
}));
export const genesis: Delta = genesisDelta(allocation, chainName);

export function genesisSet(): UtxoSet {
  const set = createUtxoSet();
  set.apply(genesis);
  return set;
}

/** The input that spends output `number` of genesis. */
export const genesisInput = (number: number): Input => ({
  outpoint: genesisOutpoint(chainName, number),
  ...allocation[number]!,
});

/** A valid body that spends outputs of genesis; 3 atomic units are its fee. */
export function bodyOf(numbers: number[] = [0], changes: Partial<TransactionBody> = {}): TransactionBody {
  const inputs = numbers.map(genesisInput);
  const total = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  const outputs = [
    { amount: 40n, owner: owner(9) },
    { amount: total - 43n, owner: inputs[0]!.owner },
  ];
  return { chain, kind: 'transfer', expiry: 6, inputs, outputs, ...changes };
}

/** A transaction with witnesses of the right number that nobody signed, where signatures are not the subject. */
export const unsigned = (body: TransactionBody): Transaction => ({
  body,
  witnesses: inputOwners(body.inputs).map((_, i) => new Uint8Array(64).fill(i + 1)),
});

export const position: BlockPosition = {
  chain,
  shard: 1,
  epoch: 5,
  stepEntry: new Uint8Array(32),
  height: 2,
  previous: bytes32('parent'),
  executionDigest: bytes32('execution'),
  outboxRoot: bytes32(''),
  proposer: 3,
};
