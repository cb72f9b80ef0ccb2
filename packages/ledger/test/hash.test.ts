import { createHash } from 'node:crypto';
import { type Hasher, merkleRoot } from '@ios/crypto/merkle';
import { taggedHash } from '@ios/crypto/transcript';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cursor, putBytes } from '../src/cursor.ts';
import { tagged } from '../src/hash.ts';
import {
  applyTransactions,
  assembleBlock,
  bindBlock,
  blockHash,
  encodeBlock,
  encodeBody,
  nextExecutionDigest,
  proveTransaction,
  signingMessage,
  signTransaction,
  transactionId,
  verifyTransactionInclusion,
  witnessClaims,
} from '../src/index.ts';
import * as arbitrary from './arbitrary.ts';
import { bodyOf, bytes32, context, genesis, genesisSet, position, signer, unsigned } from './fixtures.ts';

test('a prepared tag hashes as taggedHash of crypto does, written in place or not, again and again', () => {
  const part = fc.oneof(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ minLength: 900, maxLength: 1100 }));
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z-]{1,30}$/), fc.array(part, { maxLength: 4 }), (purpose, parts) => {
      const hash = tagged(purpose);
      expect(hash(parts)).toEqual(taggedHash(`ios/ledger/v1/${purpose}`, ...parts));
      for (const part of parts) {
        const put = (cursor: Cursor, value: Uint8Array): void => putBytes(cursor, value, value.length, 'part');
        expect(hash.written(part.length, put, part)).toEqual(taggedHash(`ios/ledger/v1/${purpose}`, part));
      }
    }),
  );
});

test('an id is the tagged hash of the body, and the message that of the id', () => {
  fc.assert(
    fc.property(arbitrary.body, (body) => {
      const id = transactionId(body);
      expect(id).toEqual(taggedHash('ios/ledger/v1/transaction', encodeBody(body)));
      expect(signingMessage(id)).toEqual(taggedHash('ios/ledger/v1/witness', id));
    }),
    { numRuns: 50 },
  );
});

/** Counts what is asked of it. */
function counting(): { hasher: Hasher; count: () => number } {
  let calls = 0;
  const sha256 = (bytes: Uint8Array): Uint8Array => {
    calls++;
    return new Uint8Array(createHash('sha256').update(bytes).digest());
  };
  const root = (leaves: readonly Uint8Array[]): Uint8Array => {
    calls++;
    return merkleRoot(leaves);
  };
  return { hasher: { sha256, merkleRoot: root }, count: () => calls };
}

test('everything that hashes does it with the hasher it is given, to the same result', () => {
  const body = bodyOf([0, 1]);
  const transaction = unsigned(body);
  const block = assembleBlock(position, Uint8Array.of(1), [transaction]);
  const bytes = encodeBlock(block);
  const proof = proveTransaction(block, 0);
  const functions: ((hasher?: Hasher) => unknown)[] = [
    (hasher) => transactionId(body, hasher),
    (hasher) => signingMessage(bytes32('id'), hasher),
    (hasher) => signTransaction(body, signer, hasher),
    (hasher) => witnessClaims(transaction, hasher),
    (hasher) => nextExecutionDigest(bytes32('x'), genesis, hasher),
    (hasher) => blockHash(block.header, hasher),
    (hasher) => assembleBlock(position, Uint8Array.of(1), [transaction], hasher),
    (hasher) => bindBlock(bytes, hasher),
    (hasher) => proveTransaction(block, 0, hasher),
    (hasher) => verifyTransactionInclusion(block.header, transaction, proof, hasher),
    (hasher) => applyTransactions(genesisSet(), [transaction], { ...context, ...(hasher && { hasher }) }),
  ];
  for (const run of functions) {
    const { hasher, count } = counting();
    expect(run(hasher)).toEqual(run());
    expect(count()).toBeGreaterThan(0);
  }
});
