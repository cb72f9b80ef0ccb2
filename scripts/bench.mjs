import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stop } from 'esbuild';
import { bundle } from './bundle.mjs';
import { checkRows } from './lib/bench-row.mjs';
import { CommandError, choose, command } from './lib/command.mjs';
import { alignRows, formatNumber } from './lib/table.mjs';
import { fromCaller, packageFiles, root } from './lib/workspace.mjs';

const usage = `
node scripts/bench.mjs NAME [--json FILE]

Runs packages/*/bench/NAME.bench.ts and prints its rows; without a name it lists the benches there are.
  --json FILE   write the figures there, not to bench-results/NAME.json: with the machine and its load, and what the
                bench says of its configuration
`;

await command(
  usage,
  { json: { type: 'string' } },
  async (values, [name]) => {
    const [pack, source] = choose('bench', name, benches());
    const entry = `bench.${name}`;
    const files = await bundle(pack.folder, { [entry]: source });
    await stop();
    process.setSourceMapsEnabled(true);
    const module = await import(pathToFileURL(/** @type {string} */ (files[entry])).href);
    if (typeof module.bench !== 'function')
      throw new CommandError(`${relative(root, source)} exports no function bench`);
    const before = loadavg();
    const rows = await module.bench((/** @type {string} */ line) => console.error(line));
    const problem = checkRows(rows);
    if (problem !== undefined) throw new CommandError(problem);
    print(rows);
    const path =
      typeof values['json'] === 'string' ? fromCaller(values['json']) : join(root, `bench-results/${name}.json`);
    await mkdir(dirname(path), { recursive: true });
    const { configuration } = module;
    const load = { before, after: loadavg() };
    const figures = { bench: name, package: pack.manifest.name, machine: machine(), load, configuration, rows };
    await writeFile(path, `${JSON.stringify(figures, null, 2)}\n`);
    console.log(`\n${machine()}\n${relative(fromCaller('.'), path)}`);
    return 0;
  },
  { names: 1 },
);

/** @returns {Map<string, [import('./lib/workspace.mjs').Package, string]>} */
function benches() {
  const found = packageFiles('bench', '.bench.ts');
  return new Map(found.map(([pack, file]) => [basename(file, '.bench.ts'), [pack, file]]));
}

/** The machine that the figures hold for. */
function machine() {
  const all = cpus();
  return `${all[0]?.model.trim() ?? 'unknown processor'}, ${all.length} cores, Node ${process.versions.node}`;
}

/** @param {readonly import('./lib/bench.ts').BenchRow[]} rows */
function print(rows) {
  const compared = rows.some(({ peer }) => peer !== undefined);
  const head = ['', 'ours', 'unit', ...(compared ? ['theirs', 'peer', 'ratio'] : [])];
  const body = rows.map(({ what, unit, ours, peer, theirs, ratio }) => [
    what,
    formatNumber(ours),
    unit,
    ...(compared
      ? [
          theirs === undefined ? '–' : formatNumber(theirs),
          peer ?? '–',
          ratio === undefined ? '–' : `${formatNumber(ratio)}x`,
        ]
      : []),
  ]);
  for (const line of alignRows([head, ...body])) console.log(line);
}
