import { createPublicKey, verify } from 'node:crypto';
import {
  type ClaimVerifier,
  checkOwners,
  checkWitnesses,
  encodeTransaction,
  type Transaction,
  transactionId,
} from '@ios/ledger';
import { describe, expect, test } from 'vitest';
import { signTransfers } from '../../src/devnet/sign-transfers.ts';
import { workload } from './blocks.ts';

const terms = { chain: new Uint8Array(32).fill(1), chainName: new Uint8Array(32).fill(2), expiry: 2 };

/** OpenSSL accepts a part of what the ledger's rule accepts, and is fast. */
const openssl: ClaimVerifier = ({ publicKey, message, signature }) => {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') };
  return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
};

describe('block 300 025', () => {
  const planned = workload('300025');
  const signed = signTransfers(planned, terms);
  /** Spread over the block. */
  const sample = signed.filter((_, i) => i % 92 === 0);

  test('all witnesses verify, a sample under the ledger’s own rule', () => {
    expect(signed.filter((transaction) => checkWitnesses(transaction, openssl))).toEqual([]);
    expect(sample.flatMap(({ witnesses }) => witnesses).length).toBeGreaterThan(4);
    expect(sample.filter((transaction) => checkWitnesses(transaction))).toEqual([]);
    expect(sample.filter(({ body }) => checkOwners(body.outputs))).toEqual([]);
  });

  test('a witness is bound to everything in the body', () => {
    const [transaction] = signed as [Transaction];
    const { body } = transaction;
    const [output, ...rest] = body.outputs as [(typeof body.outputs)[number]];
    const moved = { ...body, outputs: [{ ...output, amount: output.amount - 1n }, ...rest] };
    expect(checkWitnesses({ ...transaction, body: moved }, openssl)).toMatchObject({ valid: false });
    expect(checkWitnesses({ ...transaction, body: { ...body, expiry: 3 } }, openssl)).toMatchObject({ valid: false });
  });

  test('tells how far it is', () => {
    const steps: [number, number][] = [];
    signTransfers(planned, terms, (done, total) => steps.push([done, total]));
    expect(steps).toEqual(signed.map((_, i) => [i + 1, signed.length]));
  });

  test.each([
    ['a chain of another length', { chain: new Uint8Array(31) }],
    ['a chain name of another length', { chainName: new Uint8Array(33) }],
    ['an expiry beyond u32', { expiry: 2 ** 32 }],
  ])('refuses %s', (_, changed) => {
    expect(() => signTransfers(planned, { ...terms, ...changed })).toThrow(
      expect.objectContaining({ name: 'LedgerError', code: 'out-of-range' }),
    );
  });
});

test('is the same every time, and other transactions on another chain, with another expiry, under another name', () => {
  const planned = workload('227836');
  const signed = signTransfers(planned, terms);
  expect(signTransfers(planned, terms).map(encodeTransaction)).toEqual(signed.map(encodeTransaction));
  const ids = new Set(signed.map(({ body }) => Buffer.from(transactionId(body)).toString('hex')));
  expect(ids.size).toBe(signed.length);
  const other = new Uint8Array(32).fill(3);
  for (const changed of [{ chain: other }, { chainName: other }, { expiry: 3 }]) {
    const resigned = signTransfers(planned, { ...terms, ...changed });
    expect(resigned.some(({ body }) => ids.has(Buffer.from(transactionId(body)).toString('hex')))).toBe(false);
  }
});
