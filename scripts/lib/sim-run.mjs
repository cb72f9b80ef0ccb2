import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CommandError } from './command.mjs';
import { broken } from './sim-report.mjs';

/** @typedef {import('./sim-report.mjs').Report} Report */

const child = fileURLToPath(new URL('./sim-child.mjs', import.meta.url));

/**
 * Runs seeds of a bundled scenario over `jobs` child processes, and hands each report to `done` as it comes. A process
 * that dies fails the seed it was at, and another takes its place.
 * @param {string} file
 * @param {Iterable<number>} seeds
 * @param {number} jobs
 * @param {(report: Report) => void} done
 * @returns {Promise<void>}
 */
export async function runSeeds(file, seeds, jobs, done) {
  const waiting = seeds[Symbol.iterator]();
  const take = () => /** @type {number | undefined} */ (waiting.next().value);
  const lane = async () => {
    for (let seed = take(); seed !== undefined; ) seed = await serve(file, seed, take, done);
  };
  await Promise.all(Array.from({ length: jobs }, lane));
}

/**
 * One child process, fed seeds until there are none or it dies; resolves with the next seed for a fresh one.
 * @param {string} file
 * @param {number} first
 * @param {() => number | undefined} take
 * @param {(report: Report) => void} done
 * @returns {Promise<number | undefined>}
 */
function serve(file, first, take, done) {
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
      else worker.send(seed);
    });
    worker.on('exit', (code, signal) => {
      if (seed === undefined) {
        resolve(undefined);
      } else if (ready) {
        done(broken(seed, `the process ended with ${signal ?? `exit code ${code}`}`));
        resolve(take());
      } else {
        reject(new CommandError(`${file} does not load`));
      }
    });
  });
}
