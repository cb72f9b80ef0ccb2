import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CommandError } from './command.mjs';

/** @typedef {import('./sim-report.mjs').Report} Report */

const child = fileURLToPath(new URL('./sim-child.mjs', import.meta.url));

/**
 * Runs seeds `from` to `from + seeds - 1` of a bundled scenario over child processes, and hands each report to `done` as
 * it comes. A process that dies fails the seed it was at, and another takes its place.
 * @param {string} file
 * @param {{ from: number, seeds: number, jobs: number, trace?: boolean }} plan
 * @param {(report: Report) => void} done
 * @returns {Promise<void>}
 */
export async function runSeeds(file, { from, seeds, jobs, trace = false }, done) {
  let next = from;
  const take = () => (next < from + seeds ? next++ : undefined);
  const lane = async () => {
    for (let seed = take(); seed !== undefined; ) seed = await serve(file, trace, seed, take, done);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, seeds) }, lane));
}

/**
 * One child process, fed seeds until there are none or it dies; resolves with the next seed for a fresh one.
 * @param {string} file
 * @param {boolean} trace
 * @param {number} first
 * @param {() => number | undefined} take
 * @param {(report: Report) => void} done
 * @returns {Promise<number | undefined>}
 */
function serve(file, trace, first, take, done) {
  return new Promise((resolve, reject) => {
    /** @type {number | undefined} */
    let seed = first;
    let ready = false;
    const worker = fork(child, [file], { execArgv: ['--enable-source-maps'], serialization: 'advanced' });
    worker.on('error', reject);
    worker.on('message', (/** @type {Report | 'ready'} */ message) => {
      if (message === 'ready') ready = true;
      else {
        done(message);
        seed = take();
      }
      if (seed === undefined) worker.disconnect();
      else worker.send({ seed, trace });
    });
    worker.on('exit', (code, signal) => {
      if (seed === undefined) {
        resolve(undefined);
        return;
      }
      if (!ready) {
        reject(new CommandError(`${file} does not load`));
        return;
      }
      const violation = `the process ended with ${signal ?? `exit code ${code}`}`;
      done({ seed, ok: false, violation, events: 0, virtualMs: 0 });
      resolve(take());
    });
  });
}
