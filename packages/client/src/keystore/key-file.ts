import { taggedHash } from '@ios/crypto/transcript';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { bytesToHex, concatBytes, hexToBytes, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod/mini';
import { ClientError } from '../error.ts';
import { parseJson } from '../json.ts';
import { passwordBytes } from './password.ts';
import { nobleScrypt, type Scrypt, type ScryptCost } from './scrypt.ts';

/** Bytes of a secret in a key file: 32. */
export const SECRET_LENGTH = 32;

/**
 * What a key file says of its secret to whoever has no password: an `owner` key with its public half (32 bytes), or the
 * key of a `validator` or an `observer`, whose public keys depend on the network. It is authenticated with the secret.
 */
export type KeyLabel =
  | { readonly kind: 'owner'; readonly owner: Uint8Array }
  | { readonly kind: 'validator' | 'observer' };

/** How a key file is written and read; everything has a default. */
export interface KeyFileOptions {
  /** scrypt; in JavaScript by default. */
  readonly scrypt?: Scrypt;
  /** Random bytes; WebCrypto's by default. For writing alone. */
  readonly entropy?: (length: number) => Uint8Array;
  /** Legible without the password. For writing alone. */
  readonly label?: KeyLabel | undefined;
  /** scrypt's N: a power of 2 from 2^14 to 2^18; 2^15 by default, which is 32 MiB a guess. For writing alone. */
  readonly n?: number;
}

/** A file of a higher cost is refused before any work is done: 2^18 takes 256 MiB. */
const COSTS: readonly number[] = [2 ** 14, 2 ** 15, 2 ** 16, 2 ** 17, 2 ** 18];
const SALT_LENGTH = 32;
const NONCE_LENGTH = 24;
const TAG_LENGTH = 16;
/** The longest key file, in characters. */
const MAX_LENGTH = 4096;

const hex = (length: number): z.ZodMiniType<string, string> =>
  z
    .string()
    .check(z.regex(new RegExp(`^[0-9a-f]{${2 * length}}$`), `${length} bytes in lowercase hexadecimal digits wanted`));

interface KeyFile {
  readonly version: 1;
  readonly label?:
    | { readonly kind: 'owner'; readonly owner: string }
    | { readonly kind: 'validator' | 'observer' }
    | undefined;
  readonly kdf: ScryptCost & { readonly name: 'scrypt'; readonly salt: string };
  readonly cipher: { readonly name: 'xchacha20-poly1305'; readonly nonce: string };
  readonly ciphertext: string;
  readonly checksum: string;
}

const schema: z.ZodMiniType<KeyFile> = z.strictObject({
  version: z.literal(1),
  label: z.optional(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('owner'), owner: hex(32) }),
      z.strictObject({ kind: z.literal(['validator', 'observer']) }),
    ]),
  ),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    n: z.literal(COSTS as number[]),
    r: z.literal(8),
    p: z.literal(1),
    salt: hex(SALT_LENGTH),
  }),
  cipher: z.strictObject({ name: z.literal('xchacha20-poly1305'), nonce: hex(NONCE_LENGTH) }),
  ciphertext: hex(SECRET_LENGTH + TAG_LENGTH),
  checksum: hex(32),
});

/**
 * A secret (32 bytes) under a password, as the text of a key file: the key of XChaCha20-Poly1305 is the password's scrypt
 * (r = 8, p = 1). Unicode passwords are taken as EIP-2335 takes them. Throws `ClientError`: `password` for an empty one,
 * `key-malformed` for a secret of another length, `out-of-range` for a cost that is none.
 */
export async function encryptKey(
  secret: Uint8Array,
  password: string,
  { scrypt = nobleScrypt, entropy = randomBytes, label, n = 2 ** 15 }: KeyFileOptions = {},
): Promise<string> {
  if (secret.length !== SECRET_LENGTH) {
    throw new ClientError('key-malformed', `A secret has ${SECRET_LENGTH} bytes, not ${secret.length}.`);
  }
  if (!COSTS.includes(n)) throw new ClientError('out-of-range', `scrypt's N is one of ${COSTS.join(', ')}, not ${n}.`);
  const plain = passwordBytes(password);
  const cost = { n, r: 8, p: 1 };
  const salt = entropy(SALT_LENGTH);
  const nonce = entropy(NONCE_LENGTH);
  const key = await scrypt(plain, salt, cost);
  const bound = boundParts(cost, salt, label);
  const ciphertext = xchacha20poly1305(key, nonce, concatBytes(...bound)).encrypt(secret);
  key.fill(0);
  plain.fill(0);
  const file: KeyFile = {
    version: 1,
    ...(label !== undefined && { label: plainLabel(label) }),
    kdf: { name: 'scrypt', ...cost, salt: bytesToHex(salt) },
    cipher: { name: 'xchacha20-poly1305', nonce: bytesToHex(nonce) },
    ciphertext: bytesToHex(ciphertext),
    checksum: bytesToHex(checksum(bound, nonce, ciphertext)),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * The secret in a key file, 32 bytes. A checksum tells a damaged file from a wrong password. Throws `ClientError`:
 * `key-malformed` for a text that `encryptKey` does not make, `password` if the password is not the file's.
 */
export async function decryptKey(
  text: string,
  password: string,
  { scrypt = nobleScrypt }: Pick<KeyFileOptions, 'scrypt'> = {},
): Promise<Uint8Array> {
  const { kdf, cipher, ...file } = parse(text);
  const salt = hexToBytes(kdf.salt);
  const nonce = hexToBytes(cipher.nonce);
  const ciphertext = hexToBytes(file.ciphertext);
  const bound = boundParts(kdf, salt, decodedLabel(file.label));
  if (bytesToHex(checksum(bound, nonce, ciphertext)) !== file.checksum) {
    const damaged = 'The key file is damaged: its checksum does not hold. Restore a copy of it.';
    throw new ClientError('key-malformed', damaged);
  }
  const plain = passwordBytes(password);
  const key = await scrypt(plain, salt, kdf);
  plain.fill(0);
  try {
    return xchacha20poly1305(key, nonce, concatBytes(...bound)).decrypt(ciphertext);
  } catch (cause) {
    throw new ClientError('password', 'The password does not open the key file.', {}, cause);
  } finally {
    key.fill(0);
  }
}

/** The label of a key file, without its password. Throws `ClientError` (`key-malformed`). */
export const labelOf = (text: string): KeyLabel | undefined => decodedLabel(parse(text).label);

function parse(text: string): KeyFile {
  if (text.length > MAX_LENGTH) {
    throw new ClientError('key-malformed', `A key file has at most ${MAX_LENGTH} characters.`);
  }
  return parseJson(schema, text, (problem, cause) => {
    throw new ClientError('key-malformed', `The key file ${problem}.`, {}, cause);
  });
}

/** What is authenticated beside the secret: how its key came about, and the label. */
const boundParts = ({ n, r, p }: ScryptCost, salt: Uint8Array, label: KeyLabel | undefined): readonly Uint8Array[] => [
  utf8ToBytes(`ios/client/v1/key-file scrypt ${n} ${r} ${p} `),
  salt,
  ...(label === undefined ? [] : [utf8ToBytes(label.kind), ...(label.kind === 'owner' ? [label.owner] : [])]),
];

const checksum = (bound: readonly Uint8Array[], nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array =>
  taggedHash('ios/client/v1/key-file', nonce, ciphertext, ...bound);

const plainLabel = (label: KeyLabel): NonNullable<KeyFile['label']> =>
  label.kind === 'owner' ? { kind: label.kind, owner: bytesToHex(label.owner) } : label;

const decodedLabel = (label: KeyFile['label']): KeyLabel | undefined =>
  label?.kind === 'owner' ? { kind: label.kind, owner: hexToBytes(label.owner) } : label;
