import { access, readFile, writeFile } from 'node:fs/promises';
import { ClientError } from '@ios/client';
import { NodeError } from '../errors.ts';

/**
 * Reads a file that the user named. Throws `NodeError` (`missing`) with `remedy` if there is no such file; else what the
 * file system throws.
 */
export async function readText(path: string, what: string, remedy: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw missing(error, path, what, remedy);
  }
}

/**
 * What `error` says of a file that is not there, as a `NodeError` (`missing`); any other error as it is. What Node throws for a
 * folder does not say which: it gets the path.
 */
export function missing(error: unknown, path: string, what: string, remedy: string): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  if (error.code === 'EISDIR') return Object.assign(error, { path });
  if (error.code !== 'ENOENT') return error;
  return new NodeError('missing', `There is no ${what} at ${path}. ${remedy}`, { path }, error);
}

/** Whether there is something at `path`. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Writes a new file. Throws `NodeError` (`exists`) if there is something already, else what the file system throws. */
export async function writeNew(path: string, contents: string | Uint8Array): Promise<void> {
  await writeFile(path, contents, { flag: 'wx' }).catch((error: unknown) => {
    throw taken(error, path);
  });
}

/** What `error` says of a file that is there already, as a `NodeError` (`exists`); any other error as it is. */
export function taken(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return error;
  return new NodeError('exists', `${path} is there already. Choose another place, or move it away.`, { path }, error);
}

/** A refusal of what a file holds, with the path before its sentence and `remedy` behind it; anything else as it is. */
export function located(error: unknown, path: string, remedy = ''): unknown {
  if (!(error instanceof NodeError || error instanceof ClientError)) return error;
  const message = `${path}: ${error.message}${remedy}`;
  const facts = { ...error.facts, path };
  return error instanceof NodeError
    ? new NodeError(error.code, message, facts, error)
    : new ClientError(error.code, message, facts, error);
}
