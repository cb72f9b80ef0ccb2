import { equations, type Proof, proofCoder, prove, type Statement, verify } from '@ios/crypto/dleq';
import { type Element, elementCoder, encodeScalar, type Group, type Rng, randomScalar } from '@ios/crypto/group';
import { taggedHash, xof } from '@ios/crypto/transcript';
import { randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import { type Claim, placesOfFalse } from './claims.ts';
import { decodeElement, decodeExactly, u32 } from './codec.ts';
import type { Construction } from './construction.ts';
import { assertSizes, type Bound, bindOnce, contextBinder } from './context.ts';
import { assertInteger, assertLength, PvssError } from './errors.ts';
import { lagrangeAtZero } from './polynomial.ts';
import type { DealingContext, PvssScheme, ShareClaim } from './scheme.ts';

/** A decrypted share as it goes over the wire: three elements and a scalar. */
interface DecryptedShare {
  readonly element: Element;
  readonly proof: Proof;
}

/** A scheme of a construction: what both have in common. */
export const createScheme = (group: Group, construction: Construction): PvssScheme => {
  const { order } = group;
  const bind = contextBinder(construction.name, group);
  const shareCoder: P.CoderType<DecryptedShare> = P.struct({ element: elementCoder(group), proof: proofCoder(group) });
  const shareLength = 3 * group.elementLength + encodeScalar(order, 0n).length;

  const assertSecret = (secretKey: bigint): void => {
    if (typeof secretKey !== 'bigint' || secretKey <= 0n || secretKey >= order) {
      throw new PvssError('out-of-range', 'a secret key must be from 1 to order - 1', { what: 'secret key' });
    }
  };
  const publicKey = (secretKey: bigint): Uint8Array => {
    assertSecret(secretKey);
    return group.base.multiply(secretKey).toBytes();
  };

  /** What the proof of a decrypted share states; the share itself is inside its hash. */
  const statementOf = (bound: Bound, dealing: Uint8Array, index: number, share: Element): Statement | undefined => {
    const encrypted = construction.encryptedShare(bound, dealing, index);
    if (encrypted === undefined) return undefined;
    const context = [utf8ToBytes(construction.name), bound.digest, u32(index), share.toBytes()];
    return { group, tag: 'ios/pvss/v1/share', context, ...encrypted.statement(share) };
  };

  const decodeShare = (bytes: Uint8Array): DecryptedShare | undefined => decodeExactly(shareCoder, shareLength, bytes);

  /** A decrypted share with what it states, where both can be read. */
  const opened = (
    { context, dealing, index, share }: ShareClaim,
    binder = bind,
  ): { statement: Statement; proof: Proof } | undefined => {
    const bound = binder(context);
    assertIndex(bound, index);
    const own = decodeShare(share);
    if (own === undefined) return undefined;
    const statement = statementOf(bound, dealing, index, own.element);
    return statement === undefined ? undefined : { statement, proof: own.proof };
  };

  const assertIndex = ({ keys }: Bound, index: number): void => assertInteger(index, 0, keys.length - 1, 'index');

  const shareClaim = (claim: ShareClaim, binder: typeof bind): Claim | undefined => {
    const own = opened(claim, binder);
    const both = own && equations(own.statement, own.proof);
    if (both === undefined) return undefined;
    const [ofKey, ofShare] = both;
    return {
      // The challenge binds the statement.
      digest: taggedHash('ios/pvss/v1/share-claim', encodeScalar(order, ofKey.scalars[2]), claim.share),
      addTo: (sum, weight) => {
        const [w, z] = [weight(), weight()];
        sum.add(ofKey.elements[0], w);
        sum.merge(ofKey.elements[1], w * ofKey.scalars[1]);
        sum.merge(ofKey.elements[2], w * ofKey.scalars[2]);
        ofShare.elements.forEach((element, i) => {
          sum.add(element, z * ofShare.scalars[i]!);
        });
      },
    };
  };

  const dealSecret = (context: DealingContext, rng: Rng = randomBytes) => {
    const bound = bind(context);
    // A source that repeats itself gives the same dealing in the same context, and an unrelated one in another.
    const stream = xof('ios/pvss/v1/deal', checked(rng)(64), bound.digest);
    for (;;) {
      const drawn = construction.draw(bound, stream);
      if (drawn !== undefined) return { dealing: drawn.dealing, secret: drawn.secret.toBytes() };
    }
  };

  const verifyDealings: PvssScheme['verifyDealings'] = (batch, freshBytes) => {
    assertLength(freshBytes, 32, 'fresh bytes');
    const binder = bindOnce(bind);
    const claims = batch.map(({ context, dealing }) => construction.claim(binder(context), dealing));
    return placesOfFalse(group, 'ios/pvss/v1/dealing-weight', claims, freshBytes);
  };

  return {
    name: construction.name,
    group,
    shareLength,
    dealingLength: (n, t) => {
      assertSizes(group, n, t);
      return construction.dealingLength(n, t);
    },
    generateKey: (rng = randomBytes) => randomScalar(order, checked(rng)),
    publicKey,
    deal: (context, rng) => dealSecret(context, rng).dealing,
    dealSecret,
    verifyDealing: (context, dealing, rng = randomBytes) =>
      verifyDealings([{ context, dealing }], checked(rng)(32)).length === 0,
    verifyDealings,

    decryptShare: (context, dealing, index, secretKey, rng = randomBytes) => {
      const bound = bind(context);
      assertIndex(bound, index);
      assertSecret(secretKey);
      if (!group.base.multiply(secretKey).equals(bound.keys[index]!)) {
        throw new PvssError('wrong-secret', 'not the secret of the share key at this index', { index });
      }
      const encrypted = construction.encryptedShare(bound, dealing, index);
      const element = encrypted?.decrypt(secretKey, checked(rng));
      const statement = element && statementOf(bound, dealing, index, element);
      if (element === undefined || statement === undefined) {
        throw new PvssError('bad-dealing', 'the dealing has no share to decrypt: verify it first', { index });
      }
      return shareCoder.encode({ element, proof: prove(statement, secretKey, checked(rng)) });
    },

    verifyShare: (context, dealing, index, share) => {
      const own = opened({ context, dealing, index, share });
      return own !== undefined && verify(own.statement, own.proof);
    },

    verifyShares: (batch, freshBytes) => {
      assertLength(freshBytes, 32, 'fresh bytes');
      const binder = bindOnce(bind);
      const claims = batch.map((claim) => shareClaim(claim, binder));
      return placesOfFalse(group, 'ios/pvss/v1/share-weight', claims, freshBytes);
    },

    recover: (context, dealing, shares) => {
      const { threshold, keys } = bind(context);
      assertLength(dealing, construction.dealingLength(keys.length, threshold), 'dealing');
      if (shares.length !== threshold) {
        throw new PvssError('wrong-count', 'as many shares as the threshold are needed', {
          expected: threshold,
          actual: shares.length,
        });
      }
      const seen = new Set<number>();
      const elements = shares.map(({ index, share }) => {
        assertInteger(index, 0, keys.length - 1, 'index');
        if (seen.has(index)) throw new PvssError('repeated-index', 'a share stands twice', { index });
        seen.add(index);
        const element = share.length === shareLength && decodeElement(group, share.subarray(0, group.elementLength));
        if (!element) throw new PvssError('bad-share', 'not the encoding of a share', { index });
        return element;
      });
      return group.multiScalarMultiply(elements, lagrangeAtZero(order, [...seen])).toBytes();
    },
  };
};

/** A source of randomness that is refused when it gives another number of bytes than asked. */
const checked =
  (rng: Rng): Rng =>
  (length) => {
    const bytes = rng(length);
    assertLength(bytes, length, 'random bytes');
    return bytes;
  };
