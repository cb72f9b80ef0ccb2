import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tarballOf } from './packed.mjs';
import { run, runNode } from './run.mjs';
import { root } from './workspace.mjs';

/** @typedef {import('./workspace.mjs').Package} Package */

/**
 * Installs the tarballs with npm into an empty project, imports every export of every package under plain Node, with no
 * condition, asks every command for its help, and runs the program of docs/using-a-library.md; returns what went wrong.
 * @param {readonly Package[]} all
 * @returns {Promise<string | undefined>}
 */
export async function installAndImport(all) {
  const project = await mkdtemp(join(tmpdir(), 'ios-install-'));
  try {
    const dependencies = Object.fromEntries(all.map((pack) => [pack.manifest.name, `file:${tarballOf(pack)}`]));
    const manifest = { name: 'empty', private: true, type: 'module', dependencies };
    await writeFile(join(project, 'package.json'), JSON.stringify(manifest));
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error'];
    const installed = await run('npm', ['install', ...flags], { cwd: project });
    if (installed.code !== 0) return installed.output;
    const problems = [];
    for (const pack of all) problems.push(...(await checkInstalled(pack, project)));
    problems.push(...(await checkDocument(project)));
    return problems.length === 0 ? undefined : problems.join('\n');
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

/**
 * @param {Package} pack
 * @param {string} project
 * @returns {Promise<string[]>}
 */
async function checkInstalled({ manifest, folder }, project) {
  const { name } = manifest;
  const installed = join(project, 'node_modules', name);
  const published = await readFile(join(installed, 'package.json'), 'utf8');
  const problems = [];
  if (/ios-source|workspace:|catalog:/.test(published))
    problems.push(`${name}: the published manifest names the workspace`);
  const files = await readdir(installed);
  for (const file of ['LICENSE', 'README.md', 'dist']) {
    if (!files.includes(file)) problems.push(`${name}: no ${file} in the tarball`);
  }
  if (files.includes('src')) problems.push(`${name}: src in the tarball`);
  for (const subpath of Object.keys(manifest.exports ?? {}).filter((path) => !path.endsWith('.json'))) {
    const specifier = name + subpath.slice(1);
    const code = `const all = Object.keys(await import(${JSON.stringify(specifier)})); if (all.length === 0) throw new Error('empty');`;
    const { code: exit, output } = await runNode(['--input-type=module', '--eval', code], { cwd: project });
    if (exit !== 0) problems.push(`${specifier}: ${output}`);
  }
  for (const command of Object.keys(manifest.bin ?? {})) {
    const { code, output } = await run(join(project, 'node_modules/.bin', command), ['--help'], { cwd: project });
    if (code !== 0 || !/usage/i.test(output))
      problems.push(`${command} --help, from ${folder}: exit code ${code}\n${output}`);
  }
  return problems;
}

/**
 * Runs the first program of the document, and compares what it prints with what the document says.
 * @param {string} project
 * @returns {Promise<string[]>}
 */
async function checkDocument(project) {
  const document = 'docs/using-a-library.md';
  const text = await readFile(join(root, document), 'utf8');
  const [program, printed] = ['js', 'text'].map(
    (tag) => new RegExp(`^\`\`\`${tag}\n(.*?)^\`\`\``, 'ms').exec(text)?.[1],
  );
  if (program === undefined || printed === undefined) return [`${document}: no program with what it prints`];
  await writeFile(join(project, 'main.js'), program);
  const { code, output } = await runNode(['main.js'], { cwd: project });
  return code === 0 && output === printed ? [] : [`${document}: exit code ${code}\n${output}`];
}
