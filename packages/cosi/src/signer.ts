import { edwards25519 } from '@ios/crypto/edwards25519';
import { hedgedNonce } from '@ios/crypto/nonce';
import { bytesToNumberLE, numberToBytesBE, numberToBytesLE } from '@noble/curves/utils.js';
import { bytesToHex, randomBytes } from '@noble/hashes/utils.js';
import { createChallenge, scalarsOf } from './challenge.ts';
import type { Curve } from './curve.ts';
import { entryMessage, equalEntries } from './entry.ts';
import { assertInteger, assertLength, CosiError } from './errors.ts';
import { keyOf } from './roster.ts';
import type { Entry, Roster } from './scheme.ts';

/** What a {@link Signer} is made of. */
export interface SignerOptions {
  /** Cosigning secret: a scalar from 1 to ℓ - 1, 32 bytes little-endian, as `deriveKey` of `@ios/crypto/keys` gives it. */
  readonly secret: Uint8Array;
  readonly roster: Roster;
  /** Whose key in the roster it is. */
  readonly index: number;
  /** Signs 32 bytes with the identity key of the same cosigner; 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** Source of random bytes; WebCrypto by default. */
  readonly rng?: (length: number) => Uint8Array;
  /** The most pairs of nonces that are open at a time; 1 024 by default. */
  readonly limit?: number;
  /** The curve of the scheme that made the roster; edwards25519 by default. */
  readonly curve?: Curve;
}

/** What a response answers to. */
export interface ResponseRequest {
  /** 32 bytes. */
  readonly session: Uint8Array;
  /** u32. */
  readonly attempt: number;
  /** What is signed, any length. */
  readonly message: Uint8Array;
  /** The entries of all who take part, by ascending index. */
  readonly list: readonly Entry[];
}

/**
 * The capability that holds a cosigning secret and the secret nonces. It answers whatever its caller lets through: when one
 * may sign what is the caller's business. What it holds by itself is that a pair of nonces answers one challenge or none.
 */
export interface Signer {
  /**
   * Draws a pair of nonces for an attempt; for one that is open, the same entry again.
   * @param session - 32 bytes that name what is being signed
   * @param attempt - u32
   * @throws CosiError `session-closed`, `too-many-open`, `bad-length` or `out-of-range`
   */
  commit(session: Uint8Array, attempt: number): Entry;
  /**
   * The response s = d + b·e + c·x, 32 bytes. The nonces are erased before it returns; a refusal leaves them open.
   * @throws CosiError `no-nonce` unless the attempt is open, `entry-missing`, `entry-changed` unless one's own entry stands in
   *   the list as it was committed, `bad-list` where the list has no challenge
   */
  respond(request: ResponseRequest): Uint8Array;
  /** Erases the nonces of all attempts of a session, and refuses to commit to it again while it is among the last 1 024 closed. */
  close(session: Uint8Array): void;
}

/** How many closed sessions a signer remembers. */
const CLOSED_SESSIONS = 1024;

/** A pair of nonces that has answered nothing: d and e, 32 bytes each, little-endian, and the entry that shows D and E. */
interface OpenNonces {
  readonly d: Uint8Array;
  readonly e: Uint8Array;
  readonly entry: Entry;
}

/**
 * A signer for one cosigner. Its nonces live in memory alone: after a restart none is open, and attempts that were
 * are answered by nobody.
 * @throws CosiError `wrong-secret` where the secret is not behind the key of the index, `bad-length`, `out-of-range` or
 *   `unknown-roster`
 */
export const createSigner = ({
  secret,
  roster,
  index,
  sign,
  rng = randomBytes,
  limit = 1024,
  curve = edwards25519,
}: SignerOptions): Signer => {
  const x = secretScalar(curve, secret);
  assertInteger(limit, 1, 2 ** 24, 'limit');
  assertInteger(index, 0, roster.cosigners.length - 1, 'index');
  if (!keyOf(curve, roster, index)!.equals(curve.multiplyBase(x))) {
    throw new CosiError('wrong-secret', 'the secret is not behind the key of this cosigner', { index });
  }
  const sessions = new Map<string, Map<number, OpenNonces>>();
  const closed = new Set<string>();
  let open = 0;
  let drawn = 0;

  const draw = (tag: string, session: Uint8Array, attempt: number): bigint =>
    // The count tells apart two attempts of one number even if the source of randomness repeats itself.
    hedgedNonce(
      curve.order,
      tag,
      x,
      rng,
      roster.root,
      numberToBytesBE(index, 2),
      session,
      numberToBytesBE(attempt, 4),
      numberToBytesBE(drawn, 6),
    );

  const openNonces = (session: string, attempt: number): OpenNonces => {
    const nonces = sessions.get(session)?.get(attempt);
    if (nonces === undefined) throw new CosiError('no-nonce', 'no nonces are open for this attempt', { attempt });
    return nonces;
  };

  const erase = (session: string, attempt: number): void => {
    const attempts = sessions.get(session);
    const nonces = attempts?.get(attempt);
    if (attempts === undefined || nonces === undefined) return;
    nonces.d.fill(0);
    nonces.e.fill(0);
    attempts.delete(attempt);
    if (attempts.size === 0) sessions.delete(session);
    open -= 1;
  };

  const take = (session: string, attempt: number): { d: bigint; e: bigint } => {
    const nonces = openNonces(session, attempt);
    const taken = { d: bytesToNumberLE(nonces.d), e: bytesToNumberLE(nonces.e) };
    erase(session, attempt);
    return taken;
  };

  return Object.freeze<Signer>({
    commit(session, attempt) {
      assertLength(session, 32, 'session');
      assertInteger(attempt, 0, 2 ** 32 - 1, 'attempt');
      const name = bytesToHex(session);
      if (closed.has(name)) throw new CosiError('session-closed', 'the session is closed');
      const before = sessions.get(name)?.get(attempt);
      if (before !== undefined) return before.entry;
      if (open >= limit) throw new CosiError('too-many-open', 'too many nonces are open', { limit });
      drawn += 1;
      const d = draw('ios/cosi/v1/nonce-d', session, attempt);
      const e = draw('ios/cosi/v1/nonce-e', session, attempt);
      const nonces = { index, D: curve.multiplyBase(d).toBytes(), E: curve.multiplyBase(e).toBytes() };
      const signature = sign(entryMessage(session, attempt, nonces));
      assertLength(signature, 64, 'signature');
      const entry = Object.freeze({ ...nonces, signature });
      const attempts = sessions.get(name) ?? new Map<number, OpenNonces>();
      sessions.set(name, attempts);
      attempts.set(attempt, { d: numberToBytesLE(d, 32), e: numberToBytesLE(e, 32), entry });
      open += 1;
      return entry;
    },

    respond({ session, attempt, message, list }) {
      const name = bytesToHex(session);
      const { entry } = openNonces(name, attempt);
      const own = list.find((other) => other.index === index);
      if (own === undefined) throw new CosiError('entry-missing', "one's own entry is not in the list", { index });
      if (!equalEntries(own, entry)) {
        throw new CosiError('entry-changed', "one's own entry is not as it was committed", { index });
      }
      const challenge = createChallenge(curve, roster, message, list);
      if (challenge === undefined) throw new CosiError('bad-list', 'the list has no challenge');
      const { b, c } = scalarsOf(curve, roster, challenge);
      // The nonces are gone before the response exists, and no code but this file's runs in between. Reading the list ran
      // code of the caller, if its entries have getters: so the nonces are looked up again.
      const { d, e } = take(name, attempt);
      return numberToBytesLE((d + b * e + c * x) % curve.order, 32);
    },

    close(session) {
      assertLength(session, 32, 'session');
      const name = bytesToHex(session);
      for (const attempt of [...(sessions.get(name)?.keys() ?? [])]) erase(name, attempt);
      closed.delete(name);
      closed.add(name);
      if (closed.size > CLOSED_SESSIONS) closed.delete(closed.values().next().value!);
    },
  });
};

const secretScalar = (curve: Curve, secret: Uint8Array): bigint => {
  assertLength(secret, 32, 'secret');
  const scalar = bytesToNumberLE(secret);
  if (scalar === 0n || scalar >= curve.order) {
    throw new CosiError('out-of-range', 'a secret is a scalar from 1 to ℓ - 1', { what: 'secret' });
  }
  return scalar;
};
