import { scrypt } from 'node:crypto';
import { taggedHash } from '@ios/crypto/transcript';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import type { Entropy } from '../entropy.ts';
import { NodeError } from '../errors.ts';
import { describeIssues } from '../schema-issues.ts';

/** Bytes of a master secret: 32. */
export const MASTER_LENGTH = 32;

/**
 * The cost of one guess of a password (RFC 7914): 32 MiB and about a tenth of a second. It is fixed, so that a foreign
 * file cannot make a node spend more.
 */
const SCRYPT = { n: 32_768, r: 8, p: 1 } as const;
const SALT_LENGTH = 32;
const NONCE_LENGTH = 24;
const TAG_LENGTH = 16;

const hex = (length: number): z.ZodString =>
  z.string().regex(new RegExp(`^[0-9a-f]{${2 * length}}$`), `${length} bytes in lowercase hexadecimal digits wanted`);

/**
 * What a key file says of its secret to whoever has no password: an `owner` key with its public half (32 bytes), or a
 * `validator` key, whose public keys depend on the network. It is authenticated with the secret.
 */
export type KeyLabel = { readonly kind: 'owner'; readonly owner: Uint8Array } | { readonly kind: 'validator' };

const label: z.ZodType<KeyLabel, unknown> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('owner'), owner: hex(32).transform(hexToBytes) }),
  z.strictObject({ kind: z.literal('validator') }),
]);

const schema = z.strictObject({
  version: z.literal(1),
  label: label.optional(),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    n: z.literal(SCRYPT.n),
    r: z.literal(SCRYPT.r),
    p: z.literal(SCRYPT.p),
    salt: hex(SALT_LENGTH),
  }),
  cipher: z.strictObject({ name: z.literal('xchacha20-poly1305'), nonce: hex(NONCE_LENGTH) }),
  ciphertext: hex(MASTER_LENGTH + TAG_LENGTH),
  checksum: hex(32),
});

/**
 * A master secret (32 bytes) under a password, as the text of a key file: the key of XChaCha20-Poly1305 is the password's
 * scrypt (N = 2^15, r = 8, p = 1). Unicode passwords are taken in their normal form NFKC. A label is legible without the
 * password. Throws `NodeError`: `password` for an empty one, `key-malformed` for a secret of another length.
 */
export async function encryptMaster(
  master: Uint8Array,
  password: string,
  entropy: Entropy,
  label?: KeyLabel,
): Promise<string> {
  if (master.length !== MASTER_LENGTH) {
    throw new NodeError('key-malformed', `A master secret has ${MASTER_LENGTH} bytes, not ${master.length}.`);
  }
  if (password === '') throw new NodeError('password', 'The password is empty.');
  const salt = entropy(SALT_LENGTH);
  const nonce = entropy(NONCE_LENGTH);
  const key = await stretch(password, salt);
  const ciphertext = xchacha20poly1305(key, nonce, associated(salt, label)).encrypt(master);
  key.fill(0);
  const file: z.input<typeof schema> = {
    version: 1,
    ...(label !== undefined && { label: plainLabel(label) }),
    kdf: { name: 'scrypt', ...SCRYPT, salt: bytesToHex(salt) },
    cipher: { name: 'xchacha20-poly1305', nonce: bytesToHex(nonce) },
    ciphertext: bytesToHex(ciphertext),
    checksum: bytesToHex(checksum(salt, nonce, ciphertext, label)),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * The master secret in a key file. A checksum tells a damaged file from a wrong password. Throws `NodeError`:
 * `key-malformed` for a text that `encryptMaster` does not make, `password` if the password is not the file's.
 */
export async function decryptMaster(text: string, password: string): Promise<Uint8Array> {
  const { kdf, cipher, ciphertext, label, ...file } = parse(text);
  const salt = hexToBytes(kdf.salt);
  const nonce = hexToBytes(cipher.nonce);
  const sealed = hexToBytes(ciphertext);
  if (bytesToHex(checksum(salt, nonce, sealed, label)) !== file.checksum) {
    throw new NodeError('key-malformed', 'The key file is damaged: its checksum does not hold. Restore a copy of it.');
  }
  const key = await stretch(password, salt);
  try {
    return xchacha20poly1305(key, nonce, associated(salt, label)).decrypt(sealed);
  } catch (cause) {
    throw new NodeError('password', 'The password does not open the key file.', {}, cause);
  } finally {
    key.fill(0);
  }
}

/** The label of a key file, without its password. Throws `NodeError` (`key-malformed`). */
export const labelOf = (text: string): KeyLabel | undefined => parse(text).label;

function parse(text: string): z.infer<typeof schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new NodeError('key-malformed', 'The key file is not JSON.', {}, cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new NodeError('key-malformed', `The key file is damaged: ${describeIssues(parsed.error.issues)}.`);
}

/** What the cipher authenticates beside the secret: how its key came about, and the label. */
const associated = (salt: Uint8Array, label: KeyLabel | undefined): Uint8Array =>
  concatBytes(
    utf8ToBytes(`ios/node/v1/key-file scrypt ${SCRYPT.n} ${SCRYPT.r} ${SCRYPT.p} `),
    salt,
    ...labelParts(label),
  );

const checksum = (
  salt: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  label: KeyLabel | undefined,
): Uint8Array => taggedHash('ios/node/v1/key-file', salt, nonce, ciphertext, ...labelParts(label));

const labelParts = (label: KeyLabel | undefined): readonly Uint8Array[] =>
  label === undefined ? [] : [utf8ToBytes(label.kind), ...(label.kind === 'owner' ? [label.owner] : [])];

const plainLabel = (label: KeyLabel): unknown =>
  label.kind === 'owner' ? { kind: label.kind, owner: bytesToHex(label.owner) } : label;

/** 32 bytes from a password; the work is done off the main thread. */
const stretch = (password: string, salt: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const options = { N: SCRYPT.n, r: SCRYPT.r, p: SCRYPT.p, maxmem: 256 * SCRYPT.n * SCRYPT.r };
    scrypt(password.normalize('NFKC'), salt, 32, options, (error, key) => {
      if (error) reject(error);
      else resolve(new Uint8Array(key));
    });
  });
