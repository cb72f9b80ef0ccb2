import type { SignedMessage } from '@ios/crypto/ed25519';
import type { Clock } from '../clock.ts';

/** Brings the claims of several calls together: a job costs as much as some signatures. */
export interface Gatherer {
  /** The answers for these claims, in order. */
  push(claims: readonly SignedMessage[]): Promise<readonly boolean[]>;
  /** Claims that still wait are never answered. */
  close(): void;
}

interface Waiting {
  readonly claims: readonly SignedMessage[];
  readonly resolve: (answers: readonly boolean[]) => void;
  readonly reject: (cause: unknown) => void;
}

/** Lets claims wait for others until there are `most` of them, and no longer than `wait` ms. */
export const createGatherer = (
  job: (claims: readonly SignedMessage[]) => Promise<readonly boolean[]>,
  { clock, most, wait }: { readonly clock: Clock; readonly most: number; readonly wait: number },
): Gatherer => {
  let waiting: Waiting[] = [];
  let size = 0;
  let cancel: (() => void) | undefined;

  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    const batch = waiting;
    waiting = [];
    size = 0;
    job(batch.flatMap(({ claims }) => claims)).then(
      (answers) => {
        let at = 0;
        for (const { claims, resolve } of batch) {
          resolve(answers.slice(at, at + claims.length));
          at += claims.length;
        }
      },
      (cause: unknown) => {
        for (const { reject } of batch) reject(cause);
      },
    );
  };

  return {
    push: (claims) =>
      new Promise((resolve, reject) => {
        waiting.push({ claims, resolve, reject });
        size += claims.length;
        if (size >= most) flush();
        else cancel ??= clock.setTimeout(flush, wait);
      }),
    close() {
      cancel?.();
    },
  };
};
