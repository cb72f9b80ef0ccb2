import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readManifest, root } from './workspace.mjs';

/**
 * How a program ended: its exit code (128 when a signal ended it) and what it wrote on both streams, in order.
 * @typedef {{ code: number, output: string }} Ended
 */

/** Output that is kept is read without colours. */
const plain = { NO_COLOR: '1', FORCE_COLOR: undefined };

/**
 * Runs a program to its end without input; never rejects for an exit code.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} [where]
 * @returns {Promise<Ended>}
 */
export function run(program, args, { cwd = root, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...plain, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 128, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/**
 * Runs a script under this same Node.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [where]
 * @returns {Promise<Ended>}
 */
export const runNode = (args, where) => run(process.execPath, args, where);

/**
 * The script behind a command of one of the root's development dependencies.
 * @param {string} dependency
 * @param {string} [bin] the command's name, when it is not the dependency's
 * @returns {string}
 */
export function binary(dependency, bin = dependency) {
  const folder = join(root, 'node_modules', dependency);
  const declared = /** @type {string | Record<string, string>} */ (/** @type {unknown} */ (readManifest(folder).bin));
  const path = typeof declared === 'string' ? declared : declared[bin];
  if (path === undefined) throw new Error(`${dependency} declares no command ${bin}`);
  return join(folder, path);
}

/**
 * Runs pnpm: the one that started this script, else the version that the root manifest names, through npx.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [where]
 * @returns {Promise<Ended>}
 */
export function runPnpm(args, where) {
  const started = process.env['npm_execpath'];
  if (started !== undefined && /[\\/]pnpm\.c?js$/.test(started)) return runNode([started, ...args], where);
  const { packageManager } = /** @type {{ packageManager: string }} */ (/** @type {unknown} */ (readManifest(root)));
  return run('npx', ['-y', packageManager, ...args], where);
}

/**
 * Calls `work` for every item, at most `limit` at once; results in the order of the items.
 * @template T, R
 * @param {readonly T[]} items
 * @param {number} limit
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>}
 */
export async function pool(items, limit, work) {
  /** @type {R[]} */
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(/** @type {T} */ (items[index]));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
