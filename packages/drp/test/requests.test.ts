import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { numberToBytesBE } from '@noble/curves/utils.js';
import { expect, test } from 'vitest';
import { castOf } from '../sim/cast.ts';
import {
  answerRequest,
  createQuorumSignOff,
  dealingDigest,
  dealSession,
  decodeDecryptRequest,
  encodeDealRequest,
  encodeDecryptRequest,
  encodeEndorsements,
  encodeSelection,
  endorsementMessage,
  layoutOf,
  recover,
  type Secrets,
  selectionDigest,
} from '../src/index.ts';
import { epochOf, sessionOf } from './driver.ts';

const cast = castOf(4);
const epoch = epochOf(cast);
const layout = layoutOf(epoch, sessionOf());
const secretsOf = (i: number): Secrets => ({ scheme: cast.scheme, signOff: cast.signOff, ...cast.players[i]! });
const dealings = cast.players.map((_, i) =>
  answerRequest(secretsOf(i), { kind: 'deal', message: encodeDealRequest(layout.contexts[i]!) }),
);
const entries = [0, 1].map((dealer) => ({ group: 0, dealer, digest: dealingDigest(dealings[dealer]!) }));
const selection = encodeSelection({ session: layout.id, entries });
const { threshold, publicKeys } = layout.contexts[2]!;
const request = {
  selection,
  proof: cast.signOff.prove(selectionDigest(selection)),
  threshold,
  publicKeys,
  index: 2,
  items: [0, 1].map((dealer) => ({ dealer: cast.roster[dealer]!.identity, signedDealing: dealings[dealer]! })),
};
const decrypt = (part: Partial<typeof request> = {}): Uint8Array =>
  answerRequest(secretsOf(2), { kind: 'decrypt', message: encodeDecryptRequest({ ...request, ...part }) });

test('a deal request names its session first', () => {
  expect(dealSession(encodeDealRequest(layout.contexts[1]!))).toEqual(layout.id);
});

test('shares are decrypted for the selection that was signed off', () => {
  const shares = decrypt();
  expect(shares.length).toBe(2 * cast.scheme.shareLength);
  const first = shares.slice(0, cast.scheme.shareLength);
  expect(cast.scheme.verifyShare(layout.contexts[0]!, dealings[0]!.slice(0, -64), 2, first)).toBe(true);
  expect(decodeDecryptRequest(encodeDecryptRequest(request))).toEqual(request);
});

test('nothing is decrypted without the sign-off, or for anything else', () => {
  expect(decrypt({ proof: new Uint8Array(32) }).length).toBe(0);
  expect(decrypt({ proof: new Uint8Array(0) }).length).toBe(0);
  expect(decrypt({ selection: selection.slice(1) }).length).toBe(0);
  const [item] = request.items as [(typeof request.items)[0]];
  const other = { dealer: cast.roster[3]!.identity, signedDealing: dealings[3]! };
  expect(decrypt({ items: [item, other] }).length).toBe(0);
  const changed = item.signedDealing.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
  expect(decrypt({ items: [{ ...item, signedDealing: changed }] }).length).toBe(0);
  expect(decrypt({ items: [{ ...item, signedDealing: new Uint8Array(64) }] }).length).toBe(0);
});

test('bytes that no machine made are an error', () => {
  for (const kind of ['deal', 'decrypt'] as const)
    expect(() => answerRequest(secretsOf(0), { kind, message: new Uint8Array(5) })).toThrow(
      expect.objectContaining({ name: 'DrpError', code: 'bad-request' }),
    );
});

test('recovering takes exactly t shares of every secret', () => {
  const secret = { context: layout.contexts[0]!, dealing: dealings[0]!.slice(0, -64), shares: [] };
  for (const secrets of [[], [secret]])
    expect(() => recover(cast.scheme, secrets)).toThrow(expect.objectContaining({ code: 'too-few-shares' }));
});

const seeds = [1, 2, 3, 4].map((i) => numberToBytesBE(i, 32));
const identities = seeds.map((seed) => getPublicKey(seed));
const digest = new Uint8Array(32).fill(7);
const endorse = (servers: readonly number[], what: Uint8Array = digest): Uint8Array =>
  encodeEndorsements(servers.map((server) => ({ server, signature: sign(endorsementMessage(what), seeds[server]!) })));

test('a quorum of signatures signs off, and nothing less', () => {
  const signOff = createQuorumSignOff(identities, 3);
  expect(signOff.verify(endorse([0, 1, 3]), digest)).toBe(true);
  expect(signOff.verify(endorse([0, 1, 2, 3]), digest)).toBe(true);
  expect(signOff.verify(endorse([0, 1]), digest)).toBe(false);
  expect(signOff.verify(endorse([0, 1, 3]), new Uint8Array(32))).toBe(false);
  expect(signOff.verify(endorse([0, 1, 3], new Uint8Array(32)), digest)).toBe(false);
  expect(signOff.verify(new Uint8Array(0), digest)).toBe(false);
  const proof = endorse([0, 1, 3]);
  for (let place = 0; place < proof.length; place += 7)
    expect(
      signOff.verify(
        proof.map((byte, i) => (i === place ? byte ^ 2 : byte)),
        digest,
      ),
    ).toBe(false);
  for (const quorum of [0, 5])
    expect(() => createQuorumSignOff(identities, quorum)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
});
