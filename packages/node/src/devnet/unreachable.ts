import { ClientError } from '@ios/client';

/** What a validator answers; undefined where it cannot be reached, as one that was killed and is not there again. */
export const orUnreachable = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ClientError && error.code === 'rpc-unreachable') return undefined;
    throw error;
  }
};
