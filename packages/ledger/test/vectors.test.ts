import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import {
  applyBlock,
  assembleBlock,
  bindBlock,
  checkWitnesses,
  createUtxoSet,
  decodeAddress,
  decodeTransaction,
  encodeAddress,
  encodeBlock,
  encodeBody,
  encodeDelta,
  encodeTransaction,
  genesisDelta,
  genesisOutpoint,
  INITIAL_EXECUTION_DIGEST,
  nextExecutionDigest,
  signingMessage,
  signTransaction,
  transactionId,
} from '../src/index.ts';
import vectors from './vectors/ledger.json' with { type: 'json' };

const chain = hexToBytes(vectors.chain);
const chainName = hexToBytes(vectors.chainName);
const seeds = Object.values(vectors.seeds).map(hexToBytes);

function signer(message: Uint8Array, owner: Uint8Array): Uint8Array {
  const seed = seeds.find((seed) => bytesToHex(getPublicKey(seed)) === bytesToHex(owner));
  if (seed === undefined) throw new Error('nobody has this key');
  return sign(message, seed);
}

test.each(vectors.addresses)('address $address', ({ owner, address }) => {
  expect(encodeAddress(hexToBytes(owner))).toBe(address);
  expect(bytesToHex(decodeAddress(address))).toBe(owner);
});

test.each(vectors.transactions)('transaction $id', (vector) => {
  const body = {
    chain,
    kind: 'transfer' as const,
    expiry: vector.expiry,
    inputs: vector.inputs.map(({ id, index, amount, owner }) => ({
      outpoint: { id: hexToBytes(id), index },
      amount: BigInt(amount),
      owner: hexToBytes(owner),
    })),
    outputs: vector.outputs.map(({ amount, owner }) => ({ amount: BigInt(amount), owner: hexToBytes(owner) })),
  };
  const transaction = signTransaction(body, signer);
  expect(bytesToHex(encodeBody(body))).toBe(vector.body);
  expect(bytesToHex(transactionId(body))).toBe(vector.id);
  expect(bytesToHex(signingMessage(transactionId(body)))).toBe(vector.message);
  expect(transaction.witnesses.map(bytesToHex)).toEqual(vector.witnesses);
  expect(bytesToHex(encodeTransaction(transaction))).toBe(vector.bytes);
  expect(decodeTransaction(hexToBytes(vector.bytes))).toEqual(transaction);
  expect(checkWitnesses(transaction)).toBeUndefined();
});

test('a chain of two blocks from genesis: bytes, hashes, deltas, digests', () => {
  const outputs = vectors.genesis.outputs.map(({ amount, owner }) => ({
    amount: BigInt(amount),
    owner: hexToBytes(owner),
  }));
  expect(outputs.map((_, number) => bytesToHex(genesisOutpoint(chainName, number).id))).toEqual(
    vectors.genesis.outputs.map(({ id }) => id),
  );
  const genesis = genesisDelta(outputs, chainName);
  expect(bytesToHex(encodeDelta(genesis))).toBe(vectors.genesis.delta);
  let digest = nextExecutionDigest(INITIAL_EXECUTION_DIGEST, genesis);
  expect(bytesToHex(digest)).toBe(vectors.genesis.executionDigest);
  const set = createUtxoSet();
  set.apply(genesis);
  let previous: Uint8Array = chain;

  for (const vector of vectors.blocks) {
    const { block, hash } = bindBlock(hexToBytes(vector.bytes));
    const { header, certificate, transactions } = block;
    expect(bytesToHex(hash)).toBe(vector.hash);
    const texts = Object.entries(header).map(([field, value]) => [
      field,
      typeof value === 'number' ? value : bytesToHex(value),
    ]);
    expect(Object.fromEntries(texts)).toEqual(vector.header);
    expect(bytesToHex(certificate)).toBe(vector.certificate);
    expect(header.previous).toEqual(previous);
    expect(header.executionDigest).toEqual(digest);
    expect(assembleBlock(header, certificate, transactions)).toEqual(block);
    expect(bytesToHex(encodeBlock(block))).toBe(vector.bytes);
    const result = applyBlock(set, block, { chain, epoch: 1 }, vector.beneficiaries.map(hexToBytes));
    if (!result.valid) throw new Error(result.rejection.code);
    expect(bytesToHex(encodeDelta(result.delta))).toBe(vector.delta);
    set.apply(result.delta);
    digest = nextExecutionDigest(digest, result.delta);
    expect(bytesToHex(digest)).toBe(vector.executionDigest);
    previous = hash;
  }
});
