import { expect, test } from 'vitest';
import { signatureList, verifyCertificate } from '../src/index.ts';
import { fakeVerify } from '../src/testing.ts';
import { Committee, contextOf, digest, scope } from './values.ts';

const c = new Committee();
const scheme = signatureList(fakeVerify);
const verifier = { scope, context: contextOf(4), height: 1, phase: 'commit' as const };

test('a commit certificate of a quorum verifies, from any of its quorums and views', () => {
  for (const members of [
    [0, 1, 2],
    [1, 2, 3],
    [0, 1, 2, 3],
  ])
    expect(verifyCertificate(scheme, verifier, digest(7), c.certificate('commit', 7, { members, view: 5 }))).toBe(true);
});

test('committee, instance, height and phase are the verifier’s own', () => {
  const certificate = c.certificate('commit', 7);
  const verifies = (change: object): boolean =>
    verifyCertificate(scheme, { ...verifier, ...change }, digest(7), certificate);
  expect(verifies({})).toBe(true);
  expect(verifies({ scope: { ...scope, instance: 'beacon' } })).toBe(false);
  expect(verifies({ scope: { ...scope, chain: new Uint8Array(32) } })).toBe(false);
  expect(verifies({ context: contextOf(5) })).toBe(false);
  expect(verifies({ context: contextOf(4, 1) })).toBe(false);
  expect(verifies({ context: { ...contextOf(4), committee: [...contextOf(4).committee].reverse() } })).toBe(false);
  expect(verifies({ height: 2 })).toBe(false);
  expect(verifies({ phase: 'prepare' })).toBe(false);
  expect(verifyCertificate(scheme, verifier, digest(8), certificate)).toBe(false);
  expect(verifyCertificate(scheme, verifier, digest(7), { ...certificate, view: 1 })).toBe(false);
});

test('less than a quorum, or a mask that does not fit, never reaches the scheme', () => {
  const asked = { verify: () => true };
  const bare = { view: 0, signature: new Uint8Array(0) };
  for (const mask of [Uint8Array.of(), Uint8Array.of(0b11), Uint8Array.of(0b10111), Uint8Array.of(0b111, 0)])
    expect(verifyCertificate(asked, verifier, digest(7), { ...bare, mask })).toBe(false);
  expect(verifyCertificate(asked, verifier, digest(7), { ...bare, mask: Uint8Array.of(0b111) })).toBe(true);
});
