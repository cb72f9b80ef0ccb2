import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = fileURLToPath(new URL('../..', import.meta.url));
const bundler = fileURLToPath(new URL('../../../../scripts/bundle.mjs', import.meta.url));
const script = fileURLToPath(new URL('../../dist-run/ios.js', import.meta.url));

/** Bundles the command as it is now, so that plain Node runs it and its workers. */
export async function buildCommand(): Promise<void> {
  await promisify(execFile)(process.execPath, [bundler, folder, 'src/ios.ts', 'src/verify-worker.ts']);
}

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  /** The first whole line of its standard output; rejects if it ends before. */
  readonly line: Promise<string>;
}

/** Starts `ios` with a pipe as standard input, which is left open. */
export function launch(...args: string[]): Running {
  const child = spawn(process.execPath, [script, ...args]);
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const line = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')));
    });
    child.on('close', (code) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
  line.catch(() => {});
  return { child, ended, line };
}

/** Runs `ios` to its end. */
export const run = (...args: string[]): Promise<Ended> => launch(...args).ended;
