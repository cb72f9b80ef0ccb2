import { createLogUpdate } from 'log-update';
import type { ReplayProgress } from './replay.ts';
import { percentile } from './summary.ts';

/** Where a devnet run tells how far it is. */
export interface Display {
  /** A step of the preparation; `done` of `total` where that is known. */
  step(what: string, done?: number, total?: number): void;
  replay(progress: ReplayProgress, peers: readonly number[]): void;
  /** Leaves what was shown last, and goes on below it. */
  end(): void;
}

const bar = (share: number): string => {
  const filled = Math.round(Math.max(0, Math.min(1, share)) * 30);
  return `${'█'.repeat(filled)}${'░'.repeat(30 - filled)}`;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The lines that show a replay: transfers, speed, latency, and each validator's height and peers. */
export const replayLines = (
  { total, accepted, final, heads, elapsedMs, latencies }: ReplayProgress,
  peers: readonly number[],
): string => {
  const speed = elapsedMs === 0 ? 0 : (final / elapsedMs) * 1000;
  const latency =
    latencies.length === 0
      ? ''
      : `, finality p50 ${seconds(percentile(latencies, 0.5))} p99 ${seconds(percentile(latencies, 0.99))}`;
  const validators = heads.map((height, k) => `  validator ${k}: height ${height ?? 'away'}, ${peers[k] ?? 0} peers`);
  return [
    `${bar(total === 0 ? 1 : final / total)} ${final} of ${total} transfers final on all validators (${accepted} accepted)`,
    `  ${seconds(elapsedMs)}, ${speed.toFixed(1)} transfers/s${latency}`,
    ...validators,
  ].join('\n');
};

/** A display that draws over itself on a terminal. */
const liveDisplay = (stream: NodeJS.WriteStream): Display => {
  const draw = createLogUpdate(stream);
  return {
    step(what, done, total) {
      draw(done === undefined || total === undefined ? what : `${bar(done / total)} ${what}: ${done} of ${total}`);
      if (done === undefined || done === total) draw.done();
    },
    replay: (progress, peers) => draw(replayLines(progress, peers)),
    end: () => draw.done(),
  };
};

const PLAIN_EVERY_MS = 2_000;

/** A display for pipes and files: one line for each step, and one every two seconds of a replay. */
const plainDisplay = (stream: NodeJS.WritableStream): Display => {
  let saidAt = Number.NEGATIVE_INFINITY;
  return {
    step(what, done, total) {
      if (done === undefined || done === total) stream.write(`${what}\n`);
    },
    replay(progress, peers) {
      if (progress.elapsedMs - saidAt < PLAIN_EVERY_MS && progress.final < progress.total) return;
      saidAt = progress.final < progress.total ? progress.elapsedMs : Number.POSITIVE_INFINITY;
      stream.write(`${replayLines(progress, peers).split('\n').slice(0, 2).join(' ')}\n`);
    },
    end() {},
  };
};

/** Says nothing: for runs whose only output is data. */
export const silentDisplay: Display = { step() {}, replay() {}, end() {} };

/** The display that suits a stream. */
export const createDisplay = (stream: NodeJS.WriteStream): Display =>
  stream.isTTY ? liveDisplay(stream) : plainDisplay(stream);
