import { type OwnerKey, ownerKey } from '@ios/client';
import { NodeError } from '../../errors.ts';
import { listKeys, type StoredKey } from '../../keys/keys-folder.ts';
import { openNamedKey, ownerOf } from '../key-reference.ts';
import type { PasswordOptions } from '../password.ts';

/** The name of the only owner key in a folder. Throws `NodeError` (`missing`) where there is none, or more than one. */
export async function onlyOwner(folder: string): Promise<string> {
  const found = await listKeys(folder);
  const own = found.filter((key): key is StoredKey => 'label' in key && key.label.kind === 'owner');
  const [first, ...more] = own.map(({ name }) => name);
  if (first !== undefined && more.length === 0) return first;
  const which = first === undefined ? 'there is none. Make one: ios keys new NAME' : [first, ...more].join(', ');
  throw new NodeError('missing', `Which key? Name one of those in ${folder}: ${which}.`, { path: folder });
}

/** Opens an owner key that the user named. Throws `NodeError`, `ClientError` as `openNamedKey` and `ownerOf`. */
export async function openOwner(reference: string, folder: string, options: PasswordOptions): Promise<OwnerKey> {
  // Before the password is asked for: whether the key is an owner's.
  await ownerOf(reference, folder);
  const seed = await openNamedKey(reference, folder, options);
  const key = ownerKey(seed);
  seed.fill(0);
  return key;
}
