import { createLogUpdate } from 'log-update';
import type { ReplayProgress } from './replay.ts';
import { counted, percentile } from './summary.ts';

/** Where a devnet run tells how far it is. */
export interface Display {
  /** A step; `done` of `total` where that is known. */
  step(what: string, done?: number, total?: number): void;
  replay(progress: ReplayProgress): void;
  /** Something that happened, as a line that stays. */
  event(what: string): void;
  /** Leaves what was shown last, and goes on below it. */
  end(): void;
}

const bar = (share: number): string => {
  const filled = Math.floor(Math.max(0, Math.min(1, share)) * 30);
  return `${'█'.repeat(filled)}${'░'.repeat(30 - filled)}`;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The lines that show a replay: transfers, speed, latency, and each validator's height and peers. */
const replayLines = ({ total, accepted, final, statuses, elapsedMs, latencies }: ReplayProgress): readonly string[] => {
  const speed = elapsedMs === 0 ? 0 : (final / elapsedMs) * 1000;
  const latency =
    latencies.length === 0
      ? ''
      : `, finality p50 ${seconds(percentile(latencies, 0.5))} p99 ${seconds(percentile(latencies, 0.99))}`;
  return [
    `${bar(total === 0 ? 1 : final / total)} ${final} of ${total} transfers final on all validators (${accepted} accepted)`,
    `  ${seconds(elapsedMs)}, ${speed.toFixed(1)} transfers/s${latency}`,
    ...statuses.map((status, k) =>
      status === undefined
        ? `  validator ${k}: no answer`
        : `  validator ${k}: height ${status.height}, ${counted(status.peers.length, 'peer')}, ${status.mempool.transactions} pending, ${status.mempool.waiting} waiting`,
    ),
  ];
};

/** What is shown once: after it the validators only have to meet at one height. */
const isComplete = ({ final, total }: ReplayProgress): boolean => final === total;

/** A step is drawn again after so long, in ms. */
const DRAW_EVERY_MS = 50;

/** A display that draws over itself on a terminal. The cursor stays visible: nothing to restore, however it ends. */
const liveDisplay = (stream: NodeJS.WriteStream): Display => {
  const draw = createLogUpdate(stream, { showCursor: true });
  let drawnAt = Number.NEGATIVE_INFINITY;
  let complete = false;
  return {
    step(what, done, total) {
      const last = done === undefined || done === total;
      if (!last && performance.now() - drawnAt < DRAW_EVERY_MS) return;
      drawnAt = performance.now();
      draw(done === undefined || total === undefined ? what : `${bar(done / total)} ${what}: ${done} of ${total}`);
      if (last) draw.done();
    },
    replay(progress) {
      if (complete) return;
      draw(replayLines(progress).join('\n'));
      complete = isComplete(progress);
      if (complete) draw.done();
    },
    event: (what) => draw.persist(what),
    end: () => draw.done(),
  };
};

const PLAIN_EVERY_MS = 2_000;

/** A display for pipes and files: one line for each step that is done, and one every two seconds of a replay. */
const plainDisplay = (stream: NodeJS.WritableStream): Display => {
  let saidAt = Number.NEGATIVE_INFINITY;
  let complete = false;
  return {
    step(what, done, total) {
      if (done === undefined || done === total) stream.write(`${what}${total === undefined ? '' : ` (${total})`}\n`);
    },
    replay(progress) {
      if (complete || (progress.elapsedMs - saidAt < PLAIN_EVERY_MS && !isComplete(progress))) return;
      saidAt = progress.elapsedMs;
      complete = isComplete(progress);
      stream.write(`${replayLines(progress).slice(0, 2).join(' ')}\n`);
    },
    event(what) {
      stream.write(`${what}\n`);
    },
    end() {},
  };
};

/** Says nothing: for runs whose only output is data. */
export const silentDisplay: Display = { step() {}, replay() {}, event() {}, end() {} };

/** The display that suits a stream. */
export const createDisplay = (stream: NodeJS.WriteStream): Display =>
  stream.isTTY ? liveDisplay(stream) : plainDisplay(stream);
