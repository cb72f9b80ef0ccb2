import { getPublicKey, sign, verify } from '@ios/crypto/ed25519';
import { numberToBytesLE } from '@noble/curves/utils.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { scalarsOf } from '../src/challenge.ts';
import { createSigner, decodeList, encodeList, entryMessage, signatureClaim } from '../src/index.ts';
import { compiled, real } from './committee.ts';
import { nodeAccepts } from './node-crypto.ts';
import vectors from './vectors/collective-signature.json' with { type: 'json' };

const cases = vectors.cases.flatMap((vector) => [
  { name: vector.name, vector, over: real },
  { name: `${vector.name}, in WebAssembly`, vector, over: compiled },
]);

describe.each(cases)('$name', ({ vector, over: { scheme, curve } }) => {
  const { indices, attempt } = vector;
  const [session, message] = [hexToBytes(vector.session), hexToBytes(vector.message)];
  const roster = scheme.roster(
    vector.cosigners.map(hexToBytes).map((bytes) => ({ key: bytes.slice(0, 32), identity: bytes.slice(32) })),
  );
  const list = decodeList(hexToBytes(vector.list))!;

  test('roster root and identities', () => {
    expect(bytesToHex(roster.root)).toBe(vector.root);
    vector.identitySeeds.forEach((seed, i) => {
      expect(getPublicKey(hexToBytes(seed))).toEqual(roster.cosigners[i]!.identity);
    });
  });

  test('commitments and responses of every signer', () => {
    const signers = indices.map((index, place) => {
      const fresh = vector.fresh[place]!.map(hexToBytes);
      return createSigner({
        secret: hexToBytes(vector.secrets[index]!),
        roster,
        curve,
        index,
        sign: (bytes) => sign(bytes, hexToBytes(vector.identitySeeds[index]!)),
        rng: () => fresh.shift()!,
      });
    });
    expect(bytesToHex(encodeList(signers.map((signer) => signer.commit(session, attempt))))).toBe(vector.list);
    const responses = signers.map((signer) => signer.respond({ session, attempt, message, list }));
    expect(responses.map((s) => bytesToHex(s))).toEqual(vector.responses);
  });

  test('signatures of the entries', () => {
    for (const entry of list) {
      const { identity } = roster.cosigners[entry.index]!;
      expect(verify(entry.signature, entryMessage(session, attempt, entry), identity)).toBe(true);
    }
  });

  test('challenge and signature', () => {
    const challenge = scheme.challenge(roster, message, list)!;
    const { b, c } = scalarsOf(curve, roster, challenge);
    const { mask, A, R, M } = challenge;
    const own = { mask, A, R, M, b: numberToBytesLE(b, 32), c: numberToBytesLE(c, 32) };
    for (const [name, bytes] of Object.entries(own)) {
      expect(bytesToHex(bytes), name).toBe(vector[name as keyof typeof own]);
    }
    const responses = vector.responses.map(hexToBytes);
    responses.forEach((s, place) => {
      expect(scheme.isResponse(roster, challenge, indices[place]!, s)).toBe(true);
    });
    const signature = scheme.combine(challenge, responses);
    expect(bytesToHex(signature)).toBe(vector.signature);
    expect(scheme.isSignature(challenge, signature)).toBe(true);
    expect(scheme.verify(roster, mask, message, signature)).toBe(true);
    expect(nodeAccepts(signatureClaim(roster, mask, message, signature)!)).toBe(true);
  });
});
