import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError, createHttpClient } from '@ios/client';
import type { LocalNetwork } from '../../src/cli/local-network.ts';
import { type ChildValidator, startChild } from '../../src/devnet/child.ts';
import type { ValidatorClient } from '../../src/devnet/follower.ts';

/** The processes of a network, and clients that stay the same through all their lives. */
export interface Fleet {
  /** In the order of genesis. */
  readonly clients: readonly ValidatorClient[];
  start(k: number): Promise<void>;
  /** Starts a validator, and kills it after so long, be it ready or not. */
  startAndKill(k: number, ms: number): Promise<void>;
  kill(k: number): Promise<void>;
  stop(): Promise<void>;
  /** The last lines of each validator's log. */
  logs(): string;
}

/** A network whose processes are killed and started again; none is running yet. */
export const createFleet = (script: string, { validators }: LocalNetwork): Fleet => {
  const alive: (ChildValidator | undefined)[] = validators.map(() => undefined);
  const urls = validators.map(() => '');
  const start = async (k: number, signal?: AbortSignal): Promise<ChildValidator> => {
    const { config } = validators[k]!;
    const child = await startChild({ script, config, ...(signal !== undefined && { signal }) });
    alive[k] = child;
    urls[k] = child.url;
    return child;
  };
  return {
    clients: validators.map((_, k) => ({
      call: (method, params) =>
        alive[k] === undefined
          ? Promise.reject(new ClientError('rpc-unreachable', `validator ${k} is dead`))
          : createHttpClient(urls[k]!, { retries: 0 }).call(method, params),
    })),
    async start(k) {
      await start(k);
    },
    async startAndKill(k, ms) {
      const end = new AbortController();
      const timer = sleep(ms).then(() => end.abort(new Error('killed while it starts')));
      const child = await start(k, end.signal).catch((cause: unknown) => {
        if (cause !== end.signal.reason) throw cause;
      });
      await timer;
      alive[k] = undefined;
      await child?.kill();
    },
    async kill(k) {
      const child = alive[k];
      alive[k] = undefined;
      await child?.kill();
    },
    async stop() {
      await Promise.all(alive.map((child) => child?.stop()));
    },
    logs: () => alive.map((child, k) => `validator ${k}:\n${child?.log().join('\n')}`).join('\n'),
  };
};
