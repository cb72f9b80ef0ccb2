import { type OwnerKey, ownerKey } from '@ios/client';
import { NodeError } from '../../errors.ts';
import { listKeys, type StoredKey } from '../../keys/keys-folder.ts';
import { openKeyWith, ownerOf } from '../key-reference.ts';
import { findPassword, givenPassword, type PasswordOptions } from '../password.ts';

/** The name of the only owner key in a folder. Throws `NodeError` (`missing`) where there is none, or more than one. */
export async function onlyOwner(folder: string): Promise<string> {
  const found = await listKeys(folder);
  const own = found.filter((key): key is StoredKey => 'label' in key && key.label.kind === 'owner');
  const [first, ...more] = own.map(({ name }) => name);
  if (first !== undefined && more.length === 0) return first;
  const which = first === undefined ? 'there is none. Make one: ios keys new NAME' : [first, ...more].join(', ');
  throw new NodeError('missing', `Which key? Name one of those in ${folder}: ${which}.`, { path: folder });
}

/**
 * Opens owner keys that the user named, in their order; a password from a file or a pipe is that of all of them. Throws
 * `NodeError`, `ClientError` as `openKeyWith` and `ownerOf`.
 */
export async function openOwners(
  references: readonly string[],
  folder: string,
  options: PasswordOptions,
): Promise<OwnerKey[]> {
  // Before a password is asked for: whether the keys are owners'.
  for (const reference of references) await ownerOf(reference, folder);
  const given = await givenPassword(options);
  const keys: OwnerKey[] = [];
  for (const reference of references) {
    const seed = await openKeyWith(reference, folder, async () => given ?? findPassword(reference, {}));
    keys.push(ownerKey(seed));
    seed.fill(0);
  }
  return keys;
}
