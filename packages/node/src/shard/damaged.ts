import { NodeError } from '../errors.ts';

/** The error for a data folder that is not as this node left it, and what to do. */
export const damaged = (cause?: unknown): NodeError =>
  new NodeError(
    'database',
    'the data folder is damaged: restore it from a copy made since this key last voted, or retire the key; with an empty folder a validator forgets its votes and can contradict itself',
    {},
    cause,
  );

/** What `decode` returns; throws {@link damaged} where it throws. */
export const decoded = <T>(decode: () => T): T => {
  try {
    return decode();
  } catch (cause) {
    throw damaged(cause);
  }
};
