import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { NodeError } from '../errors.ts';
import { aborted } from './aborted.ts';

/** How long a validator may take to be ready, in ms: it opens its chain first. */
const READY_MS = 60_000;
/** How long a validator may take to stop before it is killed, in ms. */
const STOP_MS = 5_000;
/** How many last lines of a validator's log are kept to explain its end. */
const TAIL = 20;

/** A validator that runs as a process of its own. */
export interface ChildValidator {
  readonly pid: number;
  /** Where it answers, `http://127.0.0.1:port`. */
  readonly url: string;
  /** Resolves at the end of the process with how it ended, in words. */
  readonly ended: Promise<string>;
  /** The last lines of its log. */
  log(): readonly string[];
  /** SIGKILL at once. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL if that does not end it. */
  stop(): Promise<void>;
}

/** What a validator is started with. */
export interface ChildOptions {
  /** The script of the command `ios`, and what stands before the options of a start; `start` unless given. */
  readonly script: string;
  readonly command?: readonly string[];
  /** The validator's configuration file. */
  readonly config: string;
  /** Options of Node's for it, before the script. */
  readonly nodeOptions?: readonly string[];
  /** Told of each line that it prints. */
  readonly onLine?: (line: string) => void;
  /** A stream that it inherits and keeps open until its end. */
  readonly hold?: Writable;
  /** Ends a validator that is not ready yet. */
  readonly signal?: AbortSignal;
}

/**
 * Starts `ios start` as a child and waits until it is ready. Its standard input is a pipe that nobody writes to: when
 * this process ends, however it does, the pipe closes and the child stops by itself. Whatever is thrown, the child has
 * ended.
 *
 * @throws NodeError `validator` with the last lines of its log, where it ends before it is ready; the reason of `signal`.
 */
export const startChild = async (options: ChildOptions): Promise<ChildValidator> => {
  const { script, command = ['start'], config, nodeOptions = [], hold, signal } = options;
  signal?.throwIfAborted();
  const args = [...nodeOptions, script, ...command, '--stop-with-parent', '--config', config];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe', hold ?? 'ignore'],
    // Ctrl-C in a terminal reaches the whole group: the launcher decides when its children stop.
    detached: true,
  });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('pipes were asked for');
  stdin.on('error', () => {});
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > TAIL) lines.shift();
  };
  createInterface({ input: stderr }).on('line', keep);
  const ended = endOf(child);
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      keep(line);
      options.onLine?.(line);
      const url = readyUrl(line);
      if (url !== undefined) resolve(url);
    });
  });

  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const limit = AbortSignal.timeout(READY_MS);
  const start = await Promise.race([
    ready.then((url) => ({ url })),
    ended.then((how) => ({ how })),
    aborted(limit).then(() => ({ how: `was not ready after ${READY_MS / 1000} s` })),
    aborted(signal).then(() => ({ how: 'was not wanted any more' })),
  ]);
  if ('how' in start) {
    await kill();
    signal?.throwIfAborted();
    throw new NodeError('validator', `A validator ${start.how}. The end of its log:\n${lines.join('\n')}`);
  }
  return {
    pid: child.pid!,
    url: start.url,
    ended,
    log: () => lines,
    kill,
    async stop() {
      child.kill('SIGTERM');
      const handle = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(handle);
    },
  };
};

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('close', (code, signal) =>
      resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
    );
  });

/** The address in the line with which a validator says that it is ready, else undefined. */
const readyUrl = (line: string): string | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('event' in value) || value.event !== 'ready') return undefined;
    return 'rpc' in value && typeof value.rpc === 'string' ? value.rpc : undefined;
  } catch {
    return undefined;
  }
};
