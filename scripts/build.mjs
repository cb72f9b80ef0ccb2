import { CommandError, command } from './lib/command.mjs';
import { binary, runNode } from './lib/run.mjs';
import { packages, workspaceDependencies } from './lib/workspace.mjs';

const usage = `
node scripts/build.mjs [PACKAGE...]

Builds dist/ of the packages named (crypto, ledger …) and of those that they depend on, or of all, with declarations. A
package is built after those that it depends on; at most two at once.
`;

/** @typedef {import('./lib/workspace.mjs').Package} Package */

/**
 * Builds packages and prints a line for each; returns those that failed.
 * @param {readonly Package[]} chosen in an order in which dependencies come first
 * @param {number} [limit] how many run at once
 * @returns {Promise<Package[]>}
 */
export async function buildPackages(chosen, limit = 2) {
  const waiting = [...chosen];
  /** @type {Package[]} */
  const built = [];
  /** @type {Package[]} */
  const failed = [];
  /** @type {Set<Promise<void>>} */
  const running = new Set();
  while (waiting.length > 0 || running.size > 0) {
    const index = waiting.findIndex((pack) =>
      workspaceDependencies(pack, chosen).every((dependency) => built.includes(dependency)),
    );
    if (index >= 0 && running.size < limit) {
      const [pack] = /** @type {[Package]} */ (waiting.splice(index, 1));
      const done = build(pack).then((ok) => {
        (ok ? built : failed).push(pack);
        running.delete(done);
      });
      running.add(done);
    } else if (running.size > 0) {
      await Promise.race(running);
    } else {
      for (const { manifest } of waiting) console.log(`${manifest.name}: not built, a dependency failed`);
      return [...failed, ...waiting];
    }
  }
  return failed;
}

/**
 * @param {Package} pack
 * @returns {Promise<boolean>}
 */
async function build({ folder, manifest }) {
  const start = performance.now();
  const { code, output } = await runNode([binary('tsup'), '--silent'], { cwd: folder });
  console.log(`${manifest.name}: ${code === 0 ? 'built' : 'failed'} in ${seconds(start)} s`);
  if (code !== 0) console.log(output);
  return code === 0;
}

/** @param {number} start */
const seconds = (start) => ((performance.now() - start) / 1000).toFixed(1);

/**
 * The packages of these names and all that they depend on, each after those that it depends on.
 * @param {readonly Package[]} all in such an order
 * @param {readonly string[]} names
 * @returns {Package[]}
 */
function withDependencies(all, names) {
  const wanted = new Set(all.filter(({ name }) => names.includes(name)));
  for (const pack of [...all].reverse()) {
    if (wanted.has(pack)) for (const dependency of workspaceDependencies(pack, all)) wanted.add(dependency);
  }
  return all.filter((pack) => wanted.has(pack));
}

if (import.meta.filename === process.argv[1]) {
  await command(
    usage,
    {},
    async (_, names) => {
      const all = packages();
      const unknown = names.find((name) => !all.some((pack) => pack.name === name));
      if (unknown !== undefined) {
        throw new CommandError(`no package ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
      }
      const chosen = names.length === 0 ? all : withDependencies(all, names);
      return (await buildPackages(chosen)).length === 0 ? 0 : 1;
    },
    { names: Number.POSITIVE_INFINITY },
  );
}
