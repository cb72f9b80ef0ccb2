/*
 * The vectors of both schemes over ristretto255, made from fixed bytes: `node packages/pvss/scripts/vectors.mjs` writes them.
 */
import { encodeScalar } from '@ios/crypto/group';
import { taggedHash } from '@ios/crypto/transcript';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type DealingContext, dhPvss, type PvssScheme, schoenmakersPvss, seal } from '../src/index.ts';
import { contextDigest } from './reference.ts';

const SIZES = [
  [1, 1],
  [3, 2],
  [4, 4],
  [7, 3],
] as const;

const hexOf = bytesToHex;
/** 32 bytes that are the same each time. */
const fixed = (what: string, ...numbers: number[]): Uint8Array =>
  taggedHash('ios/pvss/v1/vectors', utf8ToBytes(what), Uint8Array.from(numbers));

const vectorOf = (scheme: PvssScheme, n: number, t: number) => {
  const { order } = scheme.group;
  const secretKeys = Array.from({ length: n }, (_, i) =>
    scheme.generateKey((length) => stretched(fixed('key', n, i), length)),
  );
  const context: DealingContext = {
    session: fixed('session', n, t),
    dealer: fixed('dealer', n, t),
    threshold: t,
    publicKeys: secretKeys.map(scheme.publicKey),
  };
  const randomness = stretched(fixed('deal', n, t), 64);
  const { dealing, secret } = scheme.dealSecret(context, () => randomness);
  const shares = secretKeys.map((secretKey, index) => {
    const fresh = fixed('decrypt', n, index);
    const share = scheme.decryptShare(context, dealing, index, secretKey, () => fresh);
    return { index, randomness: hexOf(fresh), share: hexOf(share) };
  });
  const plaintext = utf8ToBytes(`${t} of ${n} open this`);
  const own = seal(scheme, context, plaintext, () => fixed('seal', n, t));
  return {
    scheme: scheme.name,
    n,
    t,
    session: hexOf(context.session),
    dealer: hexOf(context.dealer),
    secretKeys: secretKeys.map((secretKey) => hexOf(encodeScalar(order, secretKey))),
    publicKeys: context.publicKeys.map(hexOf),
    contextDigest: hexOf(contextDigest(scheme.name, scheme.group, context)),
    randomness: hexOf(randomness),
    dealing: hexOf(dealing),
    secret: hexOf(secret),
    shares,
    seal: {
      randomness: hexOf(fixed('seal', n, t)),
      plaintext: hexOf(plaintext),
      dealing: hexOf(own.dealing),
      sealed: hexOf(own.sealed),
    },
    invalid: invalidOf(scheme, context, dealing),
  };
};

/** Dealings that do not hold in the same context. */
const invalidOf = (scheme: PvssScheme, context: DealingContext, dealing: Uint8Array) => {
  const { elementLength, identity, order } = scheme.group;
  const changed = (at: number, bytes: Uint8Array): string => {
    const copy = dealing.slice();
    copy.set(bytes, at);
    return hexOf(copy);
  };
  const r = dealing.length - 32;
  const response = dealing.slice(r);
  return [
    {
      what: 'dealt in another session',
      dealing: hexOf(scheme.deal({ ...context, session: context.dealer }, () => fill(64))),
    },
    {
      what: 'dealt by another dealer',
      dealing: hexOf(scheme.deal({ ...context, dealer: context.session }, () => fill(64))),
    },
    { what: 'the first element is the identity', dealing: changed(0, identity.toBytes()) },
    { what: 'the first element is no element', dealing: changed(0, new Uint8Array(elementLength).fill(255)) },
    { what: 'the last response is not reduced', dealing: changed(r, sum(response, orderBytes(order))) },
    { what: 'the last response plus one', dealing: changed(r, sum(response, Uint8Array.of(1))) },
    { what: 'a byte is missing', dealing: hexOf(dealing.slice(0, -1)) },
    { what: 'a byte too many', dealing: `${hexOf(dealing)}00` },
  ];
};

const fill = (length: number): Uint8Array => new Uint8Array(length).fill(9);
/** As many bytes as asked for: the fixed ones, again and again. */
const stretched = (bytes: Uint8Array, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length]!);
const orderBytes = (order: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((order >> BigInt(8 * i)) & 255n));
/** Sum of little-endian integers in 32 bytes. */
const sum = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  let carry = 0;
  return a.map((byte, i) => {
    const all = byte + (b[i] ?? 0) + carry;
    carry = all >> 8;
    return all & 255;
  });
};

/** The file `test/vectors/<scheme>.json`. */
export const vectors = (scheme: PvssScheme) => ({
  source:
    'Our own, over ristretto255: made by scripts/vectors.mjs of this package from fixed bytes, and rebuilt from the numbered steps of the README by test/vectors.test.ts. Integers are little-endian. A source of randomness gives the named bytes to each call; all invalid dealings are for the context of their case.',
  cases: SIZES.map(([n, t]) => vectorOf(scheme, n, t)),
});

/** Name of each file, and what is in it. */
export const files = (): Record<string, string> =>
  Object.fromEntries(
    [schoenmakersPvss, dhPvss].map((scheme) => [
      `${scheme.name}.json`,
      `${JSON.stringify(vectors(scheme), null, 2)}\n`,
    ]),
  );
