import { fileURLToPath } from 'node:url';
import type { Genesis } from '@ios/client';
import type { ChildOptions } from '../child.ts';
import type { ClientTime } from '../client-time.ts';
import type { Display } from '../display.ts';
import type { ReplayProgress } from '../replay.ts';
import type { Handing } from '../submission.ts';
import { crashingClient } from './client-crash.ts';
import { type DoubleSpendOptions, type DoubleSpendSummary, doubleSpend } from './double-spend.ts';
import { createPartition, type PartitionSummary } from './partition.ts';
import type { ShardFault } from './plan.ts';

/** A fault between shards that was played, as plain data for `--json`. */
export type ShardFaultSummary = { readonly fault: 'client-crash' } | PartitionSummary | DoubleSpendSummary;

/** A devnet's replay under a fault between shards. */
export interface StagedShardFault {
  /** What every validator is started with in place of `ios start`. */
  readonly instead?: Pick<ChildOptions, 'script' | 'command'>;
  readonly handing?: Handing;
  onProgress(progress: ReplayProgress): void;
  /** Once the replay is verified. @throws NodeError `fault` where the fault had another effect than it should. */
  finish(replayed: Pick<DoubleSpendOptions, 'keys' | 'chains' | 'signal' | 'limitMs'>): Promise<ShardFaultSummary>;
}

/** What a fault is staged with. */
export interface ShardStage {
  readonly genesis: Genesis;
  /** A file by which validators are told things. */
  readonly file: string;
  readonly time: ClientTime;
  readonly display: Pick<Display, 'event'>;
}

/** Stages a fault; `worker` is the file of a validator under one, left out, `faulty-worker.js` beside this module. */
export const stageShardFault = (
  fault: ShardFault,
  { genesis, file, time, display }: ShardStage,
  worker: string = fileURLToPath(new URL('./faulty-worker.js', import.meta.url)),
): StagedShardFault => {
  const nothing = (): void => {};
  switch (fault) {
    case 'client-crash':
      return { handing: crashingClient, onProgress: nothing, finish: async () => ({ fault }) };
    case 'shard-partition': {
      const { onProgress, summary } = createPartition(genesis, file, time, display.event);
      return { instead: { script: worker, command: [fault, file] }, onProgress, finish: async () => summary() };
    }
    case 'double-spend':
      return {
        onProgress: nothing,
        finish: (replayed) => doubleSpend({ ...replayed, genesis, time, onEvent: display.event }),
      };
  }
};
