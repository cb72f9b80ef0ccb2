import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CommandError } from './command.mjs';
import { broken } from './sim-report.mjs';

/** @typedef {import('./sim-report.mjs').Report} Report */
/** @typedef {import('./sim-report.mjs').Task} Task */

const child = fileURLToPath(new URL('./sim-child.mjs', import.meta.url));

/**
 * Runs tasks with a bundled scenario over `jobs` child processes, and hands each report to `done` as it comes. A process
 * that dies fails the seed it was at, and another takes its place.
 * @param {string} file
 * @param {Iterable<Task>} tasks
 * @param {number} jobs
 * @param {(report: Report) => void} done
 * @returns {Promise<void>}
 */
export async function runTasks(file, tasks, jobs, done) {
  const waiting = tasks[Symbol.iterator]();
  const take = () => /** @type {Task | undefined} */ (waiting.next().value);
  const lane = async () => {
    for (let task = take(); task !== undefined; ) task = await serve(file, task, take, done);
  };
  await Promise.all(Array.from({ length: jobs }, lane));
}

/**
 * One child process, fed tasks until there are none or it dies; resolves with the next task for a fresh one.
 * @param {string} file
 * @param {Task} first
 * @param {() => Task | undefined} take
 * @param {(report: Report) => void} done
 * @returns {Promise<Task | undefined>}
 */
function serve(file, first, take, done) {
  return new Promise((resolve, reject) => {
    /** @type {Task | undefined} */
    let task = first;
    let ready = false;
    const worker = fork(child, [file], { execArgv: ['--enable-source-maps'], serialization: 'advanced' });
    worker.on('error', reject);
    worker.on('message', (/** @type {Report | 'ready'} */ message) => {
      if (message === 'ready') ready = true;
      else {
        done(message);
        task = take();
      }
      if (task === undefined) worker.disconnect();
      else worker.send(task);
    });
    worker.on('exit', (code, signal) => {
      if (task === undefined) {
        resolve(undefined);
      } else if (ready) {
        done(broken(task.seed, `the process ended with ${signal ?? `exit code ${code}`}`));
        resolve(take());
      } else {
        reject(new CommandError(`${file} does not load`));
      }
    });
  });
}
