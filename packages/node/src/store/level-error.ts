import { StoreError } from './error.ts';

/** What LevelDB and its addon say, in the store's own words with the remedy; a `StoreError` is passed through. */
export function levelError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const { code, message } = innermost(error);
  const facts = { path };
  if (code === 'LEVEL_LOCKED') {
    return new StoreError(
      'locked',
      `The data in ${path} is open in another process. Stop the node that uses it, or choose another data folder.`,
      facts,
      error,
    );
  }
  if (code === 'ENOSPC' || /No space left on device|Disk quota exceeded/.test(message)) {
    return new StoreError(
      'full',
      `The disk that holds ${path} is full. Free some space and start again.`,
      facts,
      error,
    );
  }
  if (code === 'LEVEL_CORRUPTION' || /No such file or directory/.test(message)) {
    return new StoreError(
      'corrupt',
      `The data in ${path} cannot be read (${message}). Move the folder away and synchronise anew. ` +
        'Do not put an old copy in its place: it has forgotten votes already given.',
      facts,
      error,
    );
  }
  if (code === 'LEVEL_DATABASE_NOT_OPEN' || code === 'LEVEL_ITERATOR_NOT_OPEN') {
    return new StoreError('closed', `The store in ${path} is closed.`, facts, error);
  }
  return new StoreError('io', `The disk failed under ${path}: ${message}.`, facts, error);
}

/** The addon wraps what LevelDB said at an opening as the cause of a general error. */
function innermost(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  if (error.cause instanceof Error) return innermost(error.cause);
  return { code: 'code' in error ? String(error.code) : '', message: error.message };
}
