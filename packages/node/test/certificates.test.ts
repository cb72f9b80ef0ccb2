import { type Committee, endorsedBytes, maskOf, type Scope, type ShareKind } from '@ios/bft';
import { createSigner, edwardsCosi, encodeCommitRequest } from '@ios/cosi';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { numberToBytesLE } from '@noble/curves/utils.js';
import { expect, test } from 'vitest';
import {
  type CollectiveOptions,
  collectiveCertificates,
  listedCertificates,
  signingTimeouts,
} from '../src/shard/certificates.ts';

const scope: Scope = { chain: new Uint8Array(32).fill(7), instance: 'shard/0' };
const bytesOf = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value);
const committee: Committee = [0, 1, 2, 3].map((i) => ({ peer: `v${i}`, key: bytesOf(i + 1) }));
const slot = { height: 1, view: 0, phase: 'commit' as const };
const endorsed = endorsedBytes(scope, { epoch: 0, stepEntry: bytesOf(0), committee }, slot, bytesOf(9));

const roster = edwardsCosi.roster(
  committee.map(({ key }, i) => ({ key: edwards25519.multiplyBase(1000n + BigInt(i)).toBytes(), identity: key })),
);
const certificatesOf = (change: Partial<CollectiveOptions> = {}) => {
  const signer = createSigner({ secret: numberToBytesLE(1000n, 32), roster, index: 0, sign: () => bytesOf(5, 64) });
  const sign = (message: Uint8Array, kind: ShareKind): Uint8Array => Uint8Array.of(...message, kind.length);
  return collectiveCertificates({ roster, signer, sign, timeouts: signingTimeouts(4_000, 1), ...change });
};

test('a list of signatures has no secret of its own to use', () => {
  for (const kind of ['share/commit', 'share/anything'] as const)
    expect(() => listedCertificates.sign(kind, bytesOf(1))).toThrow(`a list of signatures has no ${kind}`);
});

test('a collective certificate stands for one signature, and for none where its mask or length cannot be', () => {
  const { claims } = certificatesOf();
  const certificate = { view: 0, mask: maskOf([0, 1, 3], 4), signature: bytesOf(6, 64) };
  const sum = [0n, 1n, 3n].reduce((all, i) => all + 1000n + i, 0n);
  const found = claims(certificate, endorsed, committee);
  expect(found).toMatchObject([
    { publicKey: edwards25519.multiplyBase(sum).toBytes(), signature: certificate.signature },
  ]);
  expect(claims({ ...certificate, mask: Uint8Array.of(0b10011) }, endorsed, committee)).toBeUndefined();
  expect(claims({ ...certificate, mask: Uint8Array.of(0b1011, 0) }, endorsed, committee)).toBeUndefined();
  expect(claims({ ...certificate, signature: bytesOf(6, 63) }, endorsed, committee)).toBeUndefined();
});

test('the cosigning key commits, responds and erases; all else is for the identity key', async () => {
  const { sign } = certificatesOf();
  const request = encodeCommitRequest(bytesOf(3), 0);
  expect(await sign('share/commit', request)).toHaveLength(128);
  // A list that no cosigner made, and a session that is closed from here on: the answer is empty.
  await expect(async () => sign('share/respond', request)).rejects.toMatchObject({ code: 'bad-length' });
  expect(await sign('share/erase', bytesOf(3))).toEqual(new Uint8Array(0));
  expect(await sign('share/commit', request)).toEqual(new Uint8Array(0));
  expect(await sign('share/list', bytesOf(1))).toEqual(Uint8Array.of(...bytesOf(1), 'share/list'.length));
});

test('an observer has no cosigning key', () => {
  const { sign } = certificatesOf({ signer: undefined });
  for (const kind of ['share/commit', 'share/respond', 'share/erase'] as const)
    expect(() => sign(kind, bytesOf(3))).toThrow('an observer has nothing to sign');
});

test('the waits of a committee are whole, never zero, and let two phases of f + 1 attempts fit into a view', () => {
  expect(signingTimeouts(8_000, 2)).toEqual({ relay: 83, ask: 333, commit: 333, respond: 333, session: 8_000 });
  expect(signingTimeouts(1, 33)).toEqual({ relay: 1, ask: 1, commit: 1, respond: 1, session: 1 });
  for (const faults of [0, 1, 2, 33]) {
    const { commit, respond, session } = signingTimeouts(10_000, faults);
    expect(2 * (commit + (faults + 1) * respond)).toBeLessThanOrEqual(session);
  }
});
