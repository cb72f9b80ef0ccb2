import { getPublicKey, sign, verify } from '@ios/crypto/ed25519';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { numberToBytesLE } from '@noble/curves/utils.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { scalarsOf } from '../src/challenge.ts';
import { createSigner, decodeList, edwardsCosi, encodeList, entryMessage, signatureClaim } from '../src/index.ts';
import { nodeAccepts } from './node-crypto.ts';
import vectors from './vectors/collective-signature.json' with { type: 'json' };

describe.each(vectors.cases)('$name', (vector) => {
  const { indices, attempt } = vector;
  const [session, message] = [hexToBytes(vector.session), hexToBytes(vector.message)];
  const roster = edwardsCosi.roster(
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
    const challenge = edwardsCosi.challenge(roster, message, list)!;
    const { b, c } = scalarsOf(edwards25519, roster, challenge);
    const { mask, A, R, M } = challenge;
    const own = { mask, A, R, M, b: numberToBytesLE(b, 32), c: numberToBytesLE(c, 32) };
    for (const [name, bytes] of Object.entries(own)) {
      expect(bytesToHex(bytes), name).toBe(vector[name as keyof typeof own]);
    }
    const responses = vector.responses.map(hexToBytes);
    responses.forEach((s, place) => {
      expect(edwardsCosi.isResponse(roster, challenge, indices[place]!, s)).toBe(true);
    });
    const signature = edwardsCosi.combine(challenge, responses);
    expect(bytesToHex(signature)).toBe(vector.signature);
    expect(edwardsCosi.isSignature(challenge, signature)).toBe(true);
    expect(edwardsCosi.verify(roster, mask, message, signature)).toBe(true);
    expect(nodeAccepts(signatureClaim(roster, mask, message, signature)!)).toBe(true);
  });
});
