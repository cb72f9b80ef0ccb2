import { createHttpClient, type RpcClient } from '@ios/client';
import { NodeError } from '../errors.ts';
import { aborted } from './aborted.ts';
import { type ChildOptions, type ChildValidator, startChild } from './child.ts';
import type { Progress } from './workload.ts';

/** The validators of a devnet, each a process. */
export interface Fleet {
  /** One client for each, which stays the same when the validator is started again. */
  readonly clients: readonly RpcClient[];
  /** Rejects when a validator ends that was not expected to, or with the reason of the signal. */
  readonly broken: Promise<never>;
  /** From here on the end of validator `k` is as it should be; resolves then. */
  expectEnd(k: number): Promise<void>;
  /** Starts validator `k` again, which has ended. */
  startAgain(k: number, options: ChildOptions): Promise<void>;
  /** Stops all. */
  stop(): Promise<void>;
}

/**
 * Starts all validators, or none: when one cannot be started the others are ended. @throws NodeError `validator`, or the
 * reason of `signal`.
 */
export const startFleet = async (
  options: readonly ChildOptions[],
  onProgress: Progress,
  signal: AbortSignal,
): Promise<Fleet> => {
  const children = await startAll(options, onProgress, signal);
  const expected = new Set<ChildValidator>();
  let starting: Promise<unknown> | undefined;
  let fail = (_cause: unknown): void => {};
  const broken = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  broken.catch(() => {});
  aborted(signal).then(() => fail(signal.reason));
  const watch = async (child: ChildValidator, k: number): Promise<void> => {
    const how = await child.ended;
    const end = `Validator ${k} ${how}. The end of its log:\n${child.log().join('\n')}`;
    if (!expected.has(child)) fail(new NodeError('validator', end, { validator: k }));
  };
  children.forEach(watch);
  return {
    clients: children.map((_, k) => following(() => children[k]!.url)),
    broken,
    async expectEnd(k) {
      expected.add(children[k]!);
      await children[k]!.ended;
    },
    async startAgain(k, again) {
      const child = startChild({ ...again, signal });
      starting = child.catch(() => {});
      children[k] = await child;
      void watch(children[k]!, k);
    },
    async stop() {
      await starting;
      await Promise.all(children.map((child) => child.stop()));
    },
  };
};

/** A client of whatever answers at `url` at the time. */
const following = (url: () => string): RpcClient => {
  const client = (): RpcClient => createHttpClient(url(), { retries: 0 });
  return {
    get url() {
      return url();
    },
    call: (method, params, options) => client().call(method, params, options),
    batch: (calls, options) => client().batch(calls, options),
  };
};

const startAll = async (
  options: readonly ChildOptions[],
  onProgress: Progress,
  signal: AbortSignal,
): Promise<ChildValidator[]> => {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  let ready = 0;
  onProgress(ready, options.length);
  const started = await Promise.allSettled(
    options.map(async (one) => {
      try {
        const child = await startChild({ ...one, signal: either });
        onProgress(++ready, options.length);
        return child;
      } catch (cause) {
        failure.abort(cause);
        throw cause;
      }
    }),
  );
  const children = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (children.length === options.length) return children;
  await Promise.all(children.map((child) => child.stop()));
  throw either.reason;
};
