import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { NodeError } from '../errors.ts';

/** A folder for files that nobody needs later. */
export interface Scratch {
  readonly folder: string;
  /** To be given to processes that use the folder, as a stream that they inherit. */
  readonly hold: Writable;
  /** Removes the folder; the processes that use it have ended. */
  remove(): Promise<void>;
}

/**
 * Makes a folder among the temporary files, of mode 0700, that goes away however this process ends, be it by SIGKILL: a
 * process of its own waits for that, started before the folder is made. It also waits for those that hold `hold`.
 * `worker` is the file of that process; left out, `scratch-worker.js` beside this module. Throws `NodeError`
 * (`scratch`).
 */
export const createScratch = async (
  prefix: string,
  worker: string = fileURLToPath(new URL('./scratch-worker.js', import.meta.url)),
): Promise<Scratch> => {
  const folder = join(tmpdir(), `${prefix}${randomBytes(6).toString('hex')}`);
  // A signal to this process's group, such as Ctrl-C, must not reach it.
  const keeper = spawn(process.execPath, [worker, folder], { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  const ended = new Promise<void>((resolve) => {
    keeper.once('error', () => resolve());
    keeper.once('close', () => resolve());
  });
  keeper.stdin.on('error', () => {});
  const ready = await Promise.race([
    new Promise<boolean>((resolve) => keeper.stdout.once('data', () => resolve(true))),
    ended.then(() => false),
  ]);
  if (!ready) throw new NodeError('scratch', 'The process that removes temporary files could not be started.');
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    keeper.stdin.end();
    await ended;
  };
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    await remove();
    const why = error instanceof Error ? error.message : String(error);
    throw new NodeError(
      'scratch',
      `No folder can be made in ${tmpdir()} (${why}). Name another one in TMPDIR.`,
      {},
      error,
    );
  }
  return { folder, hold: keeper.stdin, remove };
};
