import { join, relative } from 'node:path';
import { buildPackages } from './build.mjs';
import { CommandError, command } from './lib/command.mjs';
import { checkWorkspace } from './lib/imports.mjs';
import { installAndImport } from './lib/install.mjs';
import { runLegs, selectLegs } from './lib/legs.mjs';
import { packAll, tarballOf } from './lib/packed.mjs';
import { binary, pool, runNode } from './lib/run.mjs';
import { packages, root } from './lib/workspace.mjs';

const usage = `
node scripts/check.mjs [--only LEG,LEG…] [--list]

Runs everything that is checked beside the tests, leg by leg, with times; goes on after a leg that fails, and exits with 1 if
one did. --only runs the legs named, and those that they need first; --list names them.
`;

const all = packages();

/** @type {import('./lib/legs.mjs').Leg[]} */
const legs = [
  {
    name: 'biome',
    what: 'format and lint',
    run: () => tool([binary('@biomejs/biome', 'biome'), 'ci', '--colors=off', '--error-on-warnings']),
  },
  { name: 'types', what: 'tsc on every tsconfig', run: types },
  { name: 'imports', what: 'the import table', run: async () => checkWorkspace().join('\n') || undefined },
  { name: 'knip', what: 'unused files, exports, dependencies', run: () => tool([binary('knip')]) },
  { name: 'build', what: 'dist with declarations', run: build },
  { name: 'size', what: 'what one import costs', needs: ['build'], run: () => tool([binary('size-limit')]) },
  { name: 'pack', what: 'tarballs', needs: ['build'], run: () => packAll(all) },
  { name: 'publint', what: 'publint --strict and attw on the tarballs', needs: ['pack'], run: tarballs },
  { name: 'install', what: 'npm install and import everything', needs: ['pack'], run: () => installAndImport(all) },
];

await command(usage, { only: { type: 'string' }, list: { type: 'boolean' } }, async (values) => {
  if (values['list']) {
    for (const { name, what } of legs) console.log(`${name}: ${what}`);
    return 0;
  }
  const start = performance.now();
  const outcomes = await runLegs(chosen(values['only']), (line) => console.log(line));
  const bad = [...outcomes].filter(([, outcome]) => outcome !== 'ok').map(([name]) => name);
  const time = ((performance.now() - start) / 1000).toFixed(1);
  console.log(bad.length === 0 ? `check: ok in ${time} s` : `check: failed in ${time} s: ${bad.join(', ')}`);
  return bad.length === 0 ? 0 : 1;
});

/** @param {unknown} only */
function chosen(only) {
  if (typeof only !== 'string') return legs;
  try {
    return selectLegs(legs, only.split(','));
  } catch (error) {
    throw new CommandError(/** @type {Error} */ (error).message);
  }
}

/**
 * Runs a Node script from the root; its output is what is wrong when it fails.
 * @param {readonly string[]} args
 * @returns {Promise<string | undefined>}
 */
async function tool(args) {
  const { code, output } = await runNode(args);
  return code === 0 ? undefined : output;
}

async function types() {
  const projects = [...all.flatMap(({ folder }) => [folder, join(folder, 'test')]), join(root, 'scripts')];
  const results = await pool(projects, 2, async (project) => {
    const problem = await tool([binary('typescript', 'tsc'), '-p', project]);
    return problem === undefined ? [] : [`${relative(root, project)}:\n${problem}`];
  });
  return results.flat().join('\n') || undefined;
}

async function build() {
  const failed = await buildPackages(all);
  return failed.length === 0 ? undefined : `not built: ${failed.map(({ name }) => name).join(', ')}`;
}

async function tarballs() {
  const results = await pool(
    all.flatMap((pack) => [
      [binary('publint'), '--strict', tarballOf(pack)],
      [binary('@arethetypeswrong/cli', 'attw'), '--profile', 'esm-only', '--no-color', tarballOf(pack)],
    ]),
    2,
    tool,
  );
  return results.filter((problem) => problem !== undefined).join('\n') || undefined;
}
