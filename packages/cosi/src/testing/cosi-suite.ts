import type { TestFunction } from '@ios/crypto/testing';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Scalars, scalarsOf } from '../challenge.ts';
import type { Curve, CurvePoint } from '../curve.ts';
import { decodeList, encodeList } from '../entry.ts';
import { maskOf } from '../mask.ts';
import type { CosiScheme, Entry } from '../scheme.ts';
import { createSigner, type Signer } from '../signer.ts';
import { fakeSign } from './fake-curve.ts';

/** What {@link cosiSuite} tries. */
export interface CosiSuiteSubject {
  readonly scheme: CosiScheme;
  /** The curve under it. */
  readonly curve: Curve;
  /** A point of order 8 on that curve. */
  readonly torsion: CurvePoint;
}

/**
 * What every {@link CosiScheme} must do: five cosigners sign, and everything about it is altered once.
 * @param test - `test` of the runner
 */
export const cosiSuite = (test: TestFunction, { scheme, curve, torsion }: CosiSuiteSubject): void => {
  const cosigners = [11n, 22n, 33n, 44n, 55n].map((x) => ({
    key: curve.multiplyBase(x).toBytes(),
    identity: numberToBytesLE(x, 32),
  }));
  const message = utf8ToBytes('a message');
  const session = new Uint8Array(32).fill(9);

  /** Some of the five with their entries. */
  const signed = (indices: readonly number[]) => {
    const roster = scheme.roster(cosigners);
    const signers = indices.map((index) => signer(index, roster));
    return { roster, signers, honest: signers.map((own) => own.commit(session, 0)) };
  };
  const signer = (index: number, roster: ReturnType<CosiScheme['roster']>): Signer =>
    createSigner({
      curve,
      roster,
      index,
      secret: numberToBytesLE(BigInt(11 * (index + 1)), 32),
      sign: (bytes) => fakeSign(bytes, cosigners[index]!.identity),
    });
  /** Their signature over the message. */
  const complete = (indices: readonly number[]) => {
    const { roster, signers, honest: list } = signed(indices);
    const challenge = scheme.challenge(roster, message, list)!;
    const responses = signers.map((own) => own.respond({ session, attempt: 0, message, list }));
    return { roster, list, challenge, responses, signature: scheme.combine(challenge, responses) };
  };

  test('any of the five sign together, one to all', () => {
    for (const indices of [[0], [4], [1, 3], [0, 2, 4], [0, 1, 2, 4], [0, 1, 2, 3, 4]]) {
      const { roster, challenge, responses, signature } = complete(indices);
      responses.forEach((s, place) => {
        assert(scheme.isResponse(roster, challenge, indices[place]!, s), `response of ${indices[place]}`);
      });
      assert(scheme.isSignature(challenge, signature), `signature of ${indices}`);
      assert(scheme.verify(roster, challenge.mask, message, signature), `signature of ${indices}, cold`);
      assert(equal(challenge.mask, maskOf(indices, 5)), 'the mask is the indices of the list');
    }
  });

  test('a signature holds for its roster, mask and message alone', () => {
    const { roster, challenge, signature } = complete([0, 2, 3]);
    const reordered = scheme.roster([...cosigners].reverse());
    const longer = scheme.roster([
      ...cosigners,
      { key: curve.multiplyBase(66n).toBytes(), identity: new Uint8Array(32) },
    ]);
    assert(!scheme.verify(roster, challenge.mask, utf8ToBytes('another'), signature), 'another message');
    assert(!scheme.verify(longer, challenge.mask, message, signature), 'a longer roster');
    assert(!scheme.verify(reordered, maskOf([1, 2, 4], 5), message, signature), 'the same keys in another order');
    for (const indices of [[0], [0, 2], [0, 2, 4], [0, 1, 2, 3], [0, 1, 2, 3, 4], []]) {
      assert(!scheme.verify(roster, maskOf(indices, 5), message, signature), `mask of ${indices}`);
    }
    for (const mask of [[0b0010_1101], [0b1000_1101], [0b1101, 0], []]) {
      assert(!scheme.verify(roster, Uint8Array.from(mask), message, signature), 'a mask that does not fit');
    }
  });

  test('each byte of a signature counts', () => {
    const { roster, challenge, signature } = complete([1, 4]);
    for (const at of [0, 31, 32, 63]) {
      const bad = flipped(signature, at);
      assert(!scheme.verify(roster, challenge.mask, message, bad), `byte ${at}`);
      assert(!scheme.isSignature(challenge, bad), `byte ${at}, asked by the coordinator`);
    }
    for (const bad of [new Uint8Array(0), signature.slice(0, 63), concatBytes(signature, new Uint8Array(1))]) {
      assert(!scheme.verify(roster, challenge.mask, message, bad), `${bad.length} bytes`);
      assert(!scheme.isSignature(challenge, bad), `${bad.length} bytes, asked by the coordinator`);
    }
    const raised = concatBytes(signature.subarray(0, 32), plusOrder(curve, signature.subarray(32)));
    assert(!scheme.verify(roster, challenge.mask, message, raised), 's + ℓ');
    assert(!scheme.isSignature(challenge, raised), 's + ℓ, asked by the coordinator');
    const other = complete([1, 4]);
    assert(!scheme.isSignature(challenge, other.signature), 'a good signature from other nonces');
  });

  test('a response is of one cosigner, one list, one message', () => {
    const { roster, challenge, responses, list } = complete([0, 2, 3]);
    const [s] = responses as [Uint8Array];
    const says = (index: number, bytes: Uint8Array) => scheme.isResponse(roster, challenge, index, bytes);
    assert(!says(2, s) && !says(3, s), 'of another in the list');
    for (const index of [1, 4, 5, -1, 0.5]) assert(!says(index, s), 'of one not in the list');
    assert(!says(0, flipped(s, 0)) && !says(0, flipped(s, 31)), 'a bit less or more');
    assert(!says(0, plusOrder(curve, s)), 's + ℓ');
    assert(!says(0, new Uint8Array(0)) && !says(0, concatBytes(s, new Uint8Array(1))), 'other lengths');
    const other = scheme.challenge(roster, utf8ToBytes('another'), list)!;
    assert(!scheme.isResponse(roster, other, 0, s), 'to another message');
    const shorter = scheme.challenge(roster, message, list.slice(0, 2))!;
    assert(!scheme.isResponse(roster, shorter, 0, s), 'to a shorter list');
  });

  test('copies of lists and challenges mean the same', () => {
    const { roster, challenge, list, responses } = complete([0, 1, 2]);
    const again = scheme.challenge(roster, message, decodeList(encodeList(list))!)!;
    assert(equal(again.R, challenge.R) && equal(again.A, challenge.A) && equal(again.M, challenge.M), 'a decoded list');
    const copy = { ...challenge, list: list.map((entry) => ({ ...entry })) };
    assert(scheme.isResponse(roster, copy, 1, responses[1]!), 'a copied challenge');
    assert(!scheme.isResponse(roster, copy, 1, responses[0]!), 'a copied challenge, the wrong response');
  });

  test('combining takes one scalar for each entry', () => {
    const { challenge, responses } = complete([0, 1]);
    const [first, second] = responses as [Uint8Array, Uint8Array];
    const wrong = [
      [first],
      [first, second, second],
      [first, plusOrder(curve, second)],
      [first, second.subarray(1)],
      [],
    ];
    for (const bad of wrong) assertThrows('out-of-range', () => scheme.combine(challenge, bad));
  });

  test('some lists have no challenge', () => {
    const { roster, honest } = signed([0, 1, 2]);
    const [a, b, c] = honest as [Entry, Entry, Entry];
    const none = (what: string, ...bad: Entry[]) =>
      assert(scheme.challenge(roster, message, bad) === undefined, `a challenge in spite of: ${what}`);
    none('no entry');
    none('wrong order', b, a);
    none('one twice', a, b, b);
    none('the same index twice', a, { ...c, index: 0 });
    for (const index of [-1, 5, 2 ** 16, 0.5, Number.NaN]) none(`index ${index}`, { ...a, index });
    for (const nonce of ['D', 'E'] as const) {
      const identity = curve.base.add(curve.base.negate());
      none(`${nonce} too short`, a, { ...b, [nonce]: b[nonce].subarray(1) });
      none(`${nonce} is no point`, a, { ...b, [nonce]: new Uint8Array(32).fill(0xff) });
      none(`the identity alone as ${nonce}`, { ...a, [nonce]: identity.toBytes() });
      none(`Σ${nonce} is the identity`, a, { ...b, [nonce]: curve.fromBytes(a[nonce])!.negate().toBytes() });
      assert(scheme.challenge(roster, message, [a, { ...b, [nonce]: identity.toBytes() }]) !== undefined, 'in a sum');
    }
  });

  test('an aggregate key or a nonce that is the identity has no challenge', () => {
    const { honest: list } = signed([0, 1]);
    const opposite = { key: curve.multiplyBase(curve.order - 11n).toBytes(), identity: new Uint8Array(32) };
    const roster = scheme.roster([cosigners[0]!, opposite]);
    assert(scheme.challenge(roster, message, list) === undefined, 'two keys that cancel');
    assert(scheme.challenge(roster, message, list.slice(0, 1)) !== undefined, 'one of them alone');
    assert(!scheme.verify(roster, maskOf([0, 1], 2), message, new Uint8Array(64)), 'nor a signature');
    // With D = E = T of order 8, R = (1 + b)T: the identity for one message in eight.
    const small = { ...list[0]!, D: torsion.toBytes(), E: torsion.toBytes() };
    const challenges = Array.from({ length: 64 }, (_, i) => scheme.challenge(roster, Uint8Array.of(i), [small]));
    const identity = curve.base.add(curve.base.negate()).toBytes();
    assert(challenges.includes(undefined) && challenges.some((one) => one !== undefined), 'R is the identity at times');
    assert(!challenges.some((one) => one !== undefined && equal(one.R, identity)), 'R as the identity');
  });

  test('a nonce of mixed order makes what only ZIP215 accepts, and is found', () => {
    for (const which of ['D', 'E'] as const) {
      const { roster, honest, signers } = signed([0, 3]);
      const mixed = cheat(curve, 2, which === 'D' ? torsion : undefined, which === 'E' ? torsion : undefined);
      const list = [honest[0]!, mixed.entry, honest[1]!];
      // b·T is the identity for one message in eight, and then E does no harm.
      const own = Array.from({ length: 64 }, (_, i) => Uint8Array.of(i)).find((bytes) => {
        const R = scheme.challenge(roster, bytes, list)?.R;
        return R !== undefined && !curve.isPrimeOrder(curve.fromBytes(R)!);
      })!;
      const challenge = scheme.challenge(roster, own, list)!;
      const [first, last] = signers.map((one) => one.respond({ session, attempt: 0, message: own, list }));
      const responses = [first!, mixed.respond(scalarsOf(curve, roster, challenge)), last!];
      const signature = scheme.combine(challenge, responses);
      assert(scheme.verify(roster, challenge.mask, own, signature), `${which}: ZIP215 accepts`);
      assert(!scheme.isSignature(challenge, signature), `${which}: the coordinator does not`);
      const verdicts = responses.map((s, place) => scheme.isResponse(roster, challenge, list[place]!.index, s));
      assert(verdicts.join() === 'true,false,true', `${which}: the response is refused, and no other`);
      const sound = list.map((entry) => scheme.isEntrySound(entry));
      assert(sound.join() === 'true,false,true', `${which}: the entry is unsound, and no other`);
    }
  });

  test('a response holds exactly if the torsion of its nonces vanishes', () => {
    const roster = scheme.roster(cosigners);
    const mixed = cheat(curve, 4, undefined, torsion);
    const verdicts = Array.from({ length: 32 }, (_, i) => {
      const challenge = scheme.challenge(roster, Uint8Array.of(i), [mixed.entry])!;
      const vanishes = curve.isPrimeOrder(curve.fromBytes(challenge.R)!);
      const s = mixed.respond(scalarsOf(curve, roster, challenge));
      assert(scheme.isResponse(roster, challenge, 4, s) === vanishes, `message ${i}`);
      assert(scheme.isSignature(challenge, scheme.combine(challenge, [s])) === vanishes, `message ${i}, the sum`);
      return vanishes;
    });
    assert(verdicts.includes(true) && verdicts.includes(false), 'both happen');
  });

  test('torsion that cancels in R is harmless', () => {
    const roster = scheme.roster(cosigners);
    const cheats = [cheat(curve, 1, torsion), cheat(curve, 2, torsion.negate())];
    const list = cheats.map(({ entry }) => entry);
    const challenge = scheme.challenge(roster, message, list)!;
    const scalars = scalarsOf(curve, roster, challenge);
    const signature = scheme.combine(
      challenge,
      cheats.map(({ respond }) => respond(scalars)),
    );
    assert(scheme.isSignature(challenge, signature), 'every library accepts');
    assert(
      list.every((entry) => !scheme.isEntrySound(entry)),
      'both entries are unsound all the same',
    );
  });

  test('entries are unsound whose nonces are no points of prime order', () => {
    const { entry } = cheat(curve, 0);
    const identity = curve.base.add(curve.base.negate());
    assert(scheme.isEntrySound(entry), 'an honest one');
    for (const which of ['D', 'E'] as const) {
      for (const bad of [identity.toBytes(), torsion.toBytes(), new Uint8Array(32).fill(0xff), new Uint8Array(31)]) {
        assert(!scheme.isEntrySound({ ...entry, [which]: bad }), `${which}: ${bad}`);
      }
    }
  });

  test('a roster has distinct keys and identities, and keys of prime order', () => {
    const [a, b] = cosigners as [(typeof cosigners)[number], (typeof cosigners)[number]];
    const withKey = (key: Uint8Array) => () => scheme.roster([a, { ...b, key }]);
    assertThrows('out-of-range', () => scheme.roster([]));
    assertThrows('bad-roster', () => scheme.roster([a, { ...b, key: a.key }]));
    assertThrows('bad-roster', () => scheme.roster([a, { ...b, identity: a.identity }]));
    assertThrows('bad-roster', withKey(curve.base.add(curve.base.negate()).toBytes()));
    assertThrows('bad-roster', withKey(torsion.toBytes()));
    assertThrows('bad-roster', withKey(curve.multiplyBase(22n).add(torsion).toBytes()));
    assertThrows('bad-roster', withKey(new Uint8Array(32).fill(0xff)));
    assertThrows('bad-length', withKey(b.key.subarray(1)));
    assertThrows('bad-length', () => scheme.roster([a, { ...b, identity: new Uint8Array(33) }]));
    assertThrows('unknown-roster', () =>
      scheme.verify({ ...scheme.roster([a]) }, Uint8Array.of(1), message, new Uint8Array(64)),
    );
  });
};

/** A cosigner of the suite that makes its entry itself, with torsion in D or E, and answers as an honest one would. */
const cheat = (curve: Curve, index: number, inD?: CurvePoint, inE?: CurvePoint) => {
  const [d, e, x] = [1001n + BigInt(index), 2001n, 11n * BigInt(index + 1)];
  const nonce = (secret: bigint, torsion?: CurvePoint): Uint8Array => {
    const point = curve.multiplyBase(secret);
    return (torsion === undefined ? point : point.add(torsion)).toBytes();
  };
  const entry: Entry = { index, D: nonce(d, inD), E: nonce(e, inE), signature: new Uint8Array(64) };
  return {
    entry,
    respond: ({ b, c }: Scalars): Uint8Array => numberToBytesLE((d + b * e + c * x) % curve.order, 32),
  };
};

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

/** The same scalar modulo the order, not reduced. */
const plusOrder = (curve: Curve, s: Uint8Array): Uint8Array => numberToBytesLE(bytesToNumberLE(s) + curve.order, 32);

/** Fails a test. */
const assert = (condition: boolean, message: string): void => {
  if (!condition) throw new Error(message);
};

/** Fails a test unless `run` throws a CosiError with the code. */
const assertThrows = (code: string, run: () => unknown): void => {
  try {
    run();
  } catch (error) {
    const { name, code: actual } = error as { name?: unknown; code?: unknown };
    assert(name === 'CosiError' && actual === code, `expected CosiError ${code}, got ${String(error)}`);
    return;
  }
  throw new Error(`expected CosiError ${code}, nothing was thrown`);
};
