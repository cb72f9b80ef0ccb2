import { getPublicKey, type SignedMessage, sign, verify } from '@ios/crypto/ed25519';
import { isValidKey } from '@ios/crypto/edwards25519';
import { type Curve25519, createCurve25519 } from '@ios/curve25519-wasm';
import { describe, expect, test } from 'vitest';
import { answersRight, bestPrimitives, type CoreParts, openCore } from '../../src/core.ts';
import { bestEngines, coreEngines, type Engines, portableEngines } from '../../src/verifier/engines.ts';
import {
  knownBad,
  knownGood,
  knownKeys,
  knownNative,
  knownNoKeys,
  unweighted,
} from '../../src/verifier/known-answers.ts';

const core = createCurve25519();
const seed = new Uint8Array(32).fill(1);
const message = Uint8Array.of(1, 2, 3);
const good: SignedMessage = { publicKey: getPublicKey(seed), message, signature: sign(message, seed) };
const bad: SignedMessage = { ...good, message: Uint8Array.of(4) };

describe('the known answers', () => {
  const zip215 = ({ signature, message, publicKey }: SignedMessage): boolean => verify(signature, message, publicKey);

  test('are those of noble', () => {
    expect(knownGood.map(zip215)).toEqual(knownGood.map(() => true));
    expect([...knownBad, ...unweighted].map(zip215)).toEqual([...knownBad, ...unweighted].map(() => false));
    expect(knownKeys.map((key) => isValidKey(key))).toEqual(knownKeys.map(() => true));
    expect(knownNoKeys.map((key) => isValidKey(key))).toEqual(knownNoKeys.map(() => false));
    expect(knownGood).toEqual(expect.arrayContaining([...knownNative]));
  });

  test('are those of the core, and one that errs on any of them is not used', () => {
    expect(answersRight(core)).toBe(true);
    const { batchVerifier, edwards25519 } = core;
    const same = (claim: SignedMessage, signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean =>
      claim.signature === signature && claim.message === message && claim.publicKey === publicKey;
    for (const wrong of [...knownGood, ...knownBad]) {
      const verifyVartime: typeof batchVerifier.verifyVartime = (...claim) =>
        batchVerifier.verifyVartime(...claim) !== same(wrong, ...claim);
      expect(answersRight({ ...core, batchVerifier: { ...batchVerifier, verifyVartime } })).toBe(false);
    }
    const lies: ((batch: readonly SignedMessage[]) => boolean)[] = [...knownBad, unweighted[0]!].map(
      (wrong) => (batch) => batch.includes(wrong),
    );
    for (const lie of [...lies, (batch: readonly SignedMessage[]) => batch.length === knownGood.length]) {
      const verify: typeof batchVerifier.verify = (batch, fresh) => batchVerifier.verify(batch, fresh) !== lie(batch);
      expect(answersRight({ ...core, batchVerifier: { ...batchVerifier, verify } })).toBe(false);
    }
    // Keys of small order are known by their encodings, and the curve is not asked.
    const noPoints = knownNoKeys.filter((key) => edwards25519.fromBytes(key) === undefined);
    expect(noPoints).toHaveLength(3);
    for (const wrong of [...knownKeys, ...noPoints]) {
      const fromBytes: typeof edwards25519.fromBytes = (bytes) =>
        bytes !== wrong ? edwards25519.fromBytes(bytes) : isValidKey(wrong) ? undefined : edwards25519.base;
      expect(answersRight({ ...core, edwards25519: { ...edwards25519, fromBytes } })).toBe(false);
    }
  });

  test('are asked of the curve and of the trees as well', () => {
    const { edwards25519: curve, hasher } = core;
    const { ristretto255: group } = core;
    const wrong: Partial<CoreParts>[] = [
      { ristretto255: { ...group, base: group.identity } },
      { ristretto255: { ...group, base: group.base.negate() } },
      { ristretto255: { ...group, fromBytes: () => group.identity } },
      { ristretto255: { ...group, multiScalarMultiply: () => group.base } },
      { edwards25519: { ...curve, multiplyBase: (secret) => curve.multiplyBase(secret % 7n) } },
      { edwards25519: { ...curve, multiplyBase: () => curve.multiplyBase(3n) } },
      { edwards25519: { ...curve, multiScalarMultiply: () => curve.multiplyBase(3n) } },
      { edwards25519: { ...curve, isPrimeOrder: () => true } },
      { edwards25519: { ...curve, isPrimeOrder: () => false } },
      { hasher: { ...hasher, merkleRoot: (leaves) => hasher.merkleRoot(leaves.slice(1)) } },
      { hasher: { ...hasher, merkleRoot: (leaves) => hasher.merkleRoot(leaves.length > 0 ? leaves : [seed]) } },
    ];
    for (const part of wrong) expect(answersRight({ ...core, ...part })).toBe(false);
    expect(bestPrimitives({ core })).toMatchObject({ curve, groups: { edwards25519: curve } });
    expect(bestPrimitives({ why: 'forbidden' }).curve).not.toBe(curve);
  });

  test('a core without them is not opened, nor one that WebAssembly is forbidden to', () => {
    expect(openCore()).toHaveProperty('core');
    const yes: CoreParts['batchVerifier'] = { ...core.batchVerifier, verifyVartime: () => true };
    expect(openCore(() => ({ ...core, batchVerifier: yes }))).toEqual({
      why: expect.stringContaining('wrong answers'),
    });
    const unavailable = openCore(() => {
      throw new Error('there is no WebAssembly here');
    });
    expect(unavailable).toEqual({ why: 'there is no WebAssembly here' });
  });
});

describe.each<[string, Engines]>([
  ['over the core', coreEngines(core)],
  ['without it', portableEngines()],
  ['without it and without OpenSSL', portableEngines(false)],
])('engines %s', (_name, engines) => {
  test('decide by ZIP215', () => {
    expect(engines.all([])).toBe(true);
    expect(engines.all([good])).toBe(true);
    expect(engines.all([good, ...knownGood])).toBe(true);
    for (const one of [bad, ...knownBad]) {
      expect(engines.all([one])).toBe(false);
      expect(engines.all([good, one])).toBe(false);
    }
    expect(engines.all(unweighted)).toBe(false);
    const claims = [bad, ...knownGood, ...knownBad, good];
    expect(engines.each(claims)).toEqual([false, ...knownGood.map(() => true), ...knownBad.map(() => false), true]);
    const keys = [...knownKeys, ...knownNoKeys];
    expect(engines.keys(keys)).toEqual(keys.map((key) => isValidKey(key)));
  });
});

test('each batch has fresh bytes of its own', () => {
  const seen = new Set<string>();
  const { edwards25519, batchVerifier } = core;
  const engines = coreEngines({
    edwards25519,
    batchVerifier: {
      ...batchVerifier,
      verify(batch, freshBytes) {
        seen.add(Buffer.from(freshBytes).toString('hex'));
        return batchVerifier.verify(batch, freshBytes);
      },
    },
  });
  for (let i = 0; i < 5; i++) expect(engines.all([good, good])).toBe(true);
  expect(seen.size).toBe(5);
  expect([...seen].some((bytes) => /^(..)\1*$/.test(bytes))).toBe(false);
});

describe('the best engines there are', () => {
  const trap = (): never => {
    throw new Error('unreachable');
  };

  test('do without the core where there is none, and say why once', () => {
    const told: string[] = [];
    const engines = bestEngines(
      (why) => told.push(why),
      () => ({ why: 'forbidden' }),
    );
    expect(engines.each([good, bad])).toEqual([true, false]);
    expect(engines.all([good])).toBe(true);
    expect(told).toEqual(['forbidden']);
  });

  test.each(['all', 'each', 'keys'] as const)(
    'answer what the core traps at, asked for %s, and never ask it again',
    (what) => {
      const told: string[] = [];
      let asked = 0;
      const failing = (): never => {
        asked++;
        return trap();
      };
      const batchVerifier = { ...core.batchVerifier, verify: failing, verifyVartime: failing };
      const broken: Curve25519 = { ...core, batchVerifier, edwards25519: { ...core.edwards25519, fromBytes: failing } };
      const engines = bestEngines(
        (why) => told.push(why),
        () => ({ core: broken }),
      );
      const answers = {
        all: () => expect([engines.all([good, good]), engines.all([good, bad])]).toEqual([true, false]),
        each: () => expect(engines.each([good, bad])).toEqual([true, false]),
        keys: () => expect(engines.keys([good.publicKey, new Uint8Array(32)])).toEqual([true, false]),
      };
      answers[what]();
      for (const ask of Object.values(answers)) ask();
      expect(asked).toBe(1);
      expect(told).toEqual(['the WebAssembly core failed: Error: unreachable']);
    },
  );

  test('use the core', () => {
    let asked = 0;
    const verifyVartime: typeof core.batchVerifier.verifyVartime = (...claim) => {
      asked++;
      return core.batchVerifier.verifyVartime(...claim);
    };
    const engines = bestEngines(trap, () => ({
      core: { ...core, batchVerifier: { ...core.batchVerifier, verifyVartime } },
    }));
    expect(engines.each([good, bad])).toEqual([true, false]);
    expect(asked).toBe(2);
  });
});
