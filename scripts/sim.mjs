import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { stop } from 'esbuild';
import { bundle } from './bundle.mjs';
import { CommandError, choose, command, integer } from './lib/command.mjs';
import { summarise } from './lib/sim-report.mjs';
import { runTasks } from './lib/sim-run.mjs';
import { alignRows, formatNumber } from './lib/table.mjs';
import { packageFiles, root } from './lib/workspace.mjs';

const usage = `
node scripts/sim.mjs SCENARIO [--seeds N] [--from S] [--jobs 2] [--json]
node scripts/sim.mjs SCENARIO --seed S [--json]

Runs packages/*/sim/SCENARIO.ts on seeds S to S+N-1 (100 from 0 unless said) and adds up its figures. A seed that breaks a
property is printed with the command that replays it, and the exit code is 1. Without a name it lists the scenarios.
  --seed S   replay one seed and show its trace; it runs twice, and the two traces must be the same
  --jobs N   child processes (2 unless said)
  --json     print the result as JSON alone
`;

/** @typedef {import('./lib/sim-report.mjs').Report} Report */

await command(
  usage,
  {
    seeds: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    jobs: { type: 'string' },
    json: { type: 'boolean' },
  },
  async (values, names) => {
    const [pack, source] = choose('scenario', names[0], scenarios());
    const name = basename(source, '.ts');
    const from = integer(values, 'from', { fallback: 0, min: 0 });
    const count = integer(values, 'seeds', { fallback: 100, min: 1, max: 1_000_000 });
    const jobs = integer(values, 'jobs', { fallback: 2, min: 1, max: 256 });
    const one = integer(values, 'seed', { fallback: -1, min: 0 });
    if (one >= 0 && (values['seeds'] ?? values['from']) !== undefined) {
      throw new CommandError('--seed replays one seed: it goes without --seeds and --from');
    }
    const quiet = values['json'] === true;
    const tasks =
      one >= 0
        ? [{ seed: one, show: !quiet }, { seed: one }]
        : Array.from({ length: count }, (_, index) => ({ seed: from + index }));
    const entry = `sim.${name}`;
    const files = await bundle(pack.folder, { [entry]: source });
    await stop();
    const reports = await collect(/** @type {string} */ (files[entry]), tasks, one >= 0 ? 1 : jobs, !quiet);
    const same = one < 0 || reports[0]?.trace === reports[1]?.trace;
    const shown = one < 0 ? reports : reports.slice(0, 1);
    const failed = shown.filter(({ ok }) => !ok);
    if (quiet) printJson(name, shown, failed, same);
    else print(name, shown, failed);
    if (one >= 0) console.error(same ? `trace ${reports[0]?.trace}, twice` : 'two runs of this seed gave two traces');
    return failed.length === 0 && same ? 0 : 1;
  },
  { names: 1 },
);

/** Every file in a package's `sim` folder that exports a scenario, by its file name. */
function scenarios() {
  /** @type {Map<string, [import('./lib/workspace.mjs').Package, string]>} */
  const found = new Map();
  for (const [pack, file] of packageFiles('sim', '.ts')) {
    if (!/^export const scenario\b/m.test(readFileSync(file, 'utf8'))) continue;
    const name = basename(file, '.ts');
    const other = found.get(name)?.[1];
    if (other !== undefined) {
      throw new CommandError(`two scenarios are called ${name}: ${relative(root, other)}, ${relative(root, file)}`);
    }
    found.set(name, [pack, file]);
  }
  return found;
}

/**
 * The reports of all seeds, by seed; a line of progress on the terminal, or one every ten seconds elsewhere.
 * @param {string} file
 * @param {readonly import('./lib/sim-report.mjs').Task[]} tasks
 * @param {number} jobs
 * @param {boolean} progress
 * @returns {Promise<Report[]>}
 */
async function collect(file, tasks, jobs, progress) {
  /** @type {Report[]} */
  const reports = [];
  const terminal = process.stderr.isTTY;
  let shown = performance.now();
  await runTasks(file, tasks, jobs, (report) => {
    reports.push(report);
    if (!progress || performance.now() - shown < (terminal ? 200 : 10_000)) return;
    shown = performance.now();
    const line = `${reports.length} of ${tasks.length} seeds, ${reports.filter(({ ok }) => !ok).length} failed`;
    process.stderr.write(terminal ? `\r${line}\x1b[K` : `${line}\n`);
  });
  if (progress && terminal) process.stderr.write('\r\x1b[K');
  return reports.sort((a, b) => a.seed - b.seed);
}

/** @param {Report} report */
function failure({ seed, violation = 'not ok, without a reason', trace }) {
  return { seed, violation, trace };
}

/**
 * @param {string} scenario
 * @param {readonly Report[]} reports
 * @param {readonly Report[]} failed
 * @param {boolean} sameTrace
 */
function printJson(scenario, reports, failed, sameTrace) {
  const result = {
    scenario,
    seeds: reports.length,
    failed: failed.map(failure),
    sameTrace,
    figures: summarise(reports),
  };
  console.log(JSON.stringify(result, null, 2));
}

/**
 * @param {string} name
 * @param {readonly Report[]} reports
 * @param {readonly Report[]} failed
 */
function print(name, reports, failed) {
  const head = ['', 'total', 'least', 'mean', 'greatest'];
  const body = summarise(reports).map(({ figure, total, min, mean, max }) => [
    figure,
    ...[total, min, mean, max].map(formatNumber),
  ]);
  for (const line of alignRows([head, ...body])) console.log(line);
  console.log(`${name}: ${reports.length - failed.length} of ${reports.length} seeds hold`);
  for (const { seed, violation } of failed.map(failure)) {
    console.log(`seed ${seed}: ${violation}\n  node scripts/sim.mjs ${name} --seed ${seed}`);
  }
}
