import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { CommandError, choose, command } from './lib/command.mjs';
import { binary, runNode } from './lib/run.mjs';
import { root, workspaceFolders } from './lib/workspace.mjs';

const usage = `
node scripts/examples.mjs [EXAMPLE] [--update]

Checks the types of every example in examples/NN-name, runs main.ts, and compares what it prints with expected.txt, byte by
byte. With a name it runs that one.
  --update   write expected.txt instead of comparing with it
`;

await command(
  usage,
  { update: { type: 'boolean' } },
  async (values, [name]) => {
    const all = workspaceFolders('examples');
    if (all.length === 0) {
      console.log('There are no examples.');
      return 0;
    }
    const chosen = name === undefined ? all : [choose('example', name, new Map(all.map((one) => [one.name, one])))];
    const types = await runNode([binary('typescript', 'tsc'), '-p', join(root, 'examples/tsconfig.json')]);
    if (types.code !== 0) console.log(`types: failed\n${types.output}`);
    let failed = types.code === 0 ? 0 : 1;
    for (const { name, folder } of chosen) {
      const start = performance.now();
      const problem = await runExample(folder, values['update'] === true);
      const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
      console.log(problem === undefined ? `${name}: ok in ${time}` : `${name}: ${problem}`);
      if (problem !== undefined) failed++;
    }
    return failed === 0 ? 0 : 1;
  },
  { names: 1 },
);

/**
 * Runs one example; returns what is wrong with it.
 * @param {string} folder
 * @param {boolean} update
 * @returns {Promise<string | undefined>}
 */
async function runExample(folder, update) {
  const path = join(folder, 'expected.txt');
  const { main } = await bundle(folder, { main: 'main.ts' });
  const { code, output } = await runNode(['--enable-source-maps', /** @type {string} */ (main)], { cwd: folder });
  if (code !== 0) return `exit code ${code}\n${output}`;
  if (update) {
    await writeFile(path, output);
    return undefined;
  }
  if (!existsSync(path)) throw new CommandError(`${path} is not there; --update writes it`);
  const expected = await readFile(path, 'utf8');
  return output === expected ? undefined : `printed something else\n${difference(expected, output)}`;
}

/**
 * The first line in which two texts differ.
 * @param {string} expected
 * @param {string} printed
 */
function difference(expected, printed) {
  const [left, right] = [expected.split('\n'), printed.split('\n')];
  const index = left.findIndex((line, i) => line !== right[i]);
  const at = index < 0 ? left.length : index;
  return `  line ${at + 1}\n  expected: ${left[at] ?? '(end)'}\n  printed:  ${right[at] ?? '(end)'}`;
}
