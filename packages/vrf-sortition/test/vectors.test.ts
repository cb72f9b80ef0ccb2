import { secretScalar } from '@ios/crypto/keys';
import { numberToBytesLE } from '@noble/curves/utils.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { openProof } from '../src/ecvrf/open.ts';
import { nonce, proofParts } from '../src/ecvrf/prove.ts';
import { createBatchEcvrf, createEcvrf, type EcvrfSuite } from '../src/index.ts';
import { curves } from './curves.ts';
import vectors from './vectors/ecvrf-rfc9381.json' with { type: 'json' };

const suites: Readonly<Record<string, EcvrfSuite>> = {
  'ECVRF-EDWARDS25519-SHA512-TAI': 'tai',
  'ECVRF-EDWARDS25519-SHA512-ELL2': 'ell2',
};
const le = (scalar: bigint, length = 32): string => bytesToHex(numberToBytesLE(scalar, length));

describe.each(curves)('RFC 9381, appendices B.3 and B.4, over %s', (_, curve) => {
  test.each(vectors.cases)('example $example, $suite', (vector) => {
    const suite = suites[vector.suite]!;
    const [sk, pk, alpha, pi] = [vector.sk, vector.pk, vector.alpha, vector.pi].map((hex) => hexToBytes(hex)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const ecvrf = createEcvrf({ suite, curve });
    expect(bytesToHex(ecvrf.getPublicKey(sk))).toBe(vector.pk);

    // The secret scalar is printed unreduced there: clamped, not modulo ℓ.
    const x = BigInt(`0x${bytesToHex(hexToBytes(vector.x).reverse())}`);
    expect(secretScalar('vrf', sk)).toBe(x % curve.order);

    const parts = proofParts(suite, curve, sk, alpha);
    const points = { H: parts.H, U: parts.U, V: parts.V };
    for (const [name, point] of Object.entries(points))
      expect(bytesToHex(point.toBytes()), name).toBe(vector[name as keyof typeof points]);
    expect(le(nonce(curve, sk, parts.H.toBytes()))).toBe(vector.k);
    expect(bytesToHex(parts.gamma.toBytes())).toBe(vector.pi.slice(0, 64));
    expect(le(parts.c, 16)).toBe(vector.pi.slice(64, 96));
    expect(le(parts.s)).toBe(vector.pi.slice(96));
    expect(bytesToHex(ecvrf.prove(sk, alpha))).toBe(vector.pi);

    expect(bytesToHex(ecvrf.verify(pk, alpha, pi)!)).toBe(vector.beta);
    expect(bytesToHex(ecvrf.proofToHash(pi)!)).toBe(vector.beta);
    const opened = openProof(suite, curve, pk, alpha, pi)!;
    expect(bytesToHex(opened.U.toBytes())).toBe(vector.U);
    expect(bytesToHex(opened.V.toBytes())).toBe(vector.V);

    const batch = createBatchEcvrf({ suite, curve });
    const proof = batch.prove(sk, alpha);
    expect(bytesToHex(proof)).toBe(vector.pi.slice(0, 64) + vector.U + vector.V + vector.pi.slice(96));
    expect(batch.fromProof(pk, alpha, pi)).toEqual(proof);
    expect(batch.toProof(pk, alpha, proof)).toEqual(pi);
    expect(bytesToHex(batch.verify(pk, alpha, proof)!)).toBe(vector.beta);
    expect(bytesToHex(batch.proofToHash(proof)!)).toBe(vector.beta);
    expect(batch.verifyBatch([{ publicKey: pk, alpha, proof }], new Uint8Array(32))).toEqual([]);
  });
});
