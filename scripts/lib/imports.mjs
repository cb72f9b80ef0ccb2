import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix, relative } from 'node:path';
import ts from 'typescript';
import { impurities } from './purity.mjs';
import { readManifest, root, workspaceFolders } from './workspace.mjs';

/**
 * What one package may import: packages of lower floors alone. An `assembly` is where sockets, disk and clock are, and
 * may use Node and third-party packages; one for a `browser` may not use Node. Its tests and benches may use those of
 * `develops` as well.
 * @typedef {{ floor: number, imports: readonly string[], develops?: readonly string[], assembly?: boolean, browser?: boolean }} Row
 */

/**
 * The import table of docs/architecture.md, by package.
 * @type {Readonly<Record<string, Row>>}
 */
export const table = {
  crypto: { floor: 0, imports: [] },
  'curve25519-wasm': { floor: 0, imports: [], develops: ['crypto'] },
  ledger: { floor: 1, imports: ['crypto'], develops: ['curve25519-wasm'] },
  bft: { floor: 1, imports: [] },
  simulator: { floor: 1, imports: [] },
  cosi: { floor: 1, imports: ['crypto'], develops: ['curve25519-wasm'] },
  pvss: { floor: 1, imports: ['crypto'], develops: ['curve25519-wasm'] },
  'vrf-sortition': { floor: 1, imports: ['crypto'], develops: ['curve25519-wasm'] },
  eds: { floor: 1, imports: ['crypto'] },
  drp: { floor: 2, imports: ['pvss', 'crypto'], develops: ['curve25519-wasm'] },
  atomix: { floor: 2, imports: ['ledger', 'crypto'] },
  client: {
    floor: 3,
    imports: ['crypto', 'ledger', 'bft', 'cosi', 'pvss', 'eds', 'drp', 'atomix'],
    assembly: true,
    browser: true,
  },
  node: {
    floor: 4,
    imports: [
      'crypto',
      'curve25519-wasm',
      'ledger',
      'bft',
      'cosi',
      'pvss',
      'vrf-sortition',
      'eds',
      'drp',
      'atomix',
      'client',
    ],
    assembly: true,
  },
};

/** The tool that the tests, simulations and benches of any package but itself may import as a development dependency. */
const tool = 'simulator';

/** Third-party packages that every package may import once it declares them. */
const open = /^(@noble\/[^/]+|@scure\/base|micro-packed)$/;

/** What tests, simulations and benches of all packages may import: the root declares it. */
const testTools = Object.keys(readManifest(root).devDependencies ?? {});

/**
 * What the tests and benches of a package may import of the workspace.
 * @param {Row} row
 */
const developed = ({ imports, develops = [] }) => [...imports, ...develops, tool];

/** @typedef {Pick<import('./workspace.mjs').Manifest, 'dependencies' | 'devDependencies'>} Declared */

/**
 * Finds what is wrong with the table itself: an import of the same or a higher floor, or of a package it does not hold.
 * @param {Readonly<Record<string, Row>>} rows
 * @returns {string[]}
 */
export const checkTable = (rows) =>
  Object.entries(rows).flatMap(([name, { floor, imports }]) =>
    imports.flatMap((other) => {
      const row = rows[other];
      if (row === undefined) return [`table: ${name} imports ${other}, which is no package`];
      return row.floor < floor ? [] : [`table: ${name} (floor ${floor}) imports ${other} (floor ${row.floor})`];
    }),
  );

/**
 * Finds what is wrong with a package's manifest: a workspace package that the table does not allow.
 * @param {string} name
 * @param {Row} row
 * @param {Declared} manifest
 * @returns {string[]}
 */
export function checkManifest(name, row, { dependencies = {}, devDependencies = {} }) {
  const others = (/** @type {Record<string, string>} */ declared, /** @type {readonly string[]} */ allowed) =>
    Object.keys(declared).filter((other) => other.startsWith('@ios/') && !allowed.includes(other.slice(5)));
  const extra = others(dependencies, row.imports).map((other) => `${name}: package.json depends on ${other}`);
  const tools = name === tool ? row.imports : developed(row);
  return [...extra, ...others(devDependencies, tools).map((other) => `${name}: package.json develops with ${other}`)];
}

/**
 * Finds what is wrong with the imports of one file, and with its use of clocks and chance.
 * @param {string} name the package
 * @param {Row} row
 * @param {Declared} manifest
 * @param {string} path inside the package, with slashes: `src/block.ts`
 * @param {string} text
 * @returns {string[]}
 */
export function checkFile(name, row, manifest, path, text) {
  const source = path.startsWith('src/');
  const problems = importsOf(text).map((specifier) => {
    if (specifier.startsWith('.')) return checkRelative(row, path, specifier);
    return source ? checkSource(row, manifest, specifier) : checkTest(name, row, manifest, specifier);
  });
  if (source && row.assembly !== true) problems.push(...impurities(path, text));
  return problems.filter((problem) => problem !== undefined).map((problem) => `${name}: ${path} ${problem}`);
}

/**
 * Checks every package of the workspace against the table.
 * @returns {string[]} what is wrong, a line each
 */
export function checkWorkspace() {
  const problems = checkTable(table);
  for (const { name, folder, manifest } of workspaceFolders('packages')) {
    const row = table[name];
    if (row === undefined) {
      problems.push(`${name}: not in the import table`);
      continue;
    }
    problems.push(...checkManifest(name, row, manifest));
    for (const path of sourceFiles(folder)) {
      problems.push(...checkFile(name, row, manifest, path, readFileSync(join(folder, path), 'utf8')));
    }
  }
  return problems;
}

/**
 * The TypeScript files of a package, relative to it, with slashes.
 * @param {string} folder
 * @returns {string[]}
 */
const sourceFiles = (folder) =>
  ['src', 'test', 'sim', 'bench']
    .map((part) => join(folder, part))
    .filter((part) => existsSync(part))
    .flatMap((part) =>
      readdirSync(part, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.[cm]?tsx?$/.test(file))
        .map((file) => relative(folder, join(part, file)).replaceAll('\\', '/')),
    );

/**
 * @param {string} text
 * @returns {string[]}
 */
const importsOf = (text) => ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

/**
 * Whether a file is of the simulations of a package below, which a scenario may take up with parts of its own.
 * @param {Row} row
 * @param {string} target relative to the package, with slashes
 */
const isLowerSimulation = ({ imports }, target) => imports.some((other) => target.startsWith(`../${other}/sim/`));

/**
 * @param {Row} row
 * @param {string} path
 * @param {string} specifier
 */
function checkRelative(row, path, specifier) {
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  const source = path.startsWith('src/');
  if (source && !target.startsWith('src/')) return `leaves src with ${specifier}`;
  if (!source && target.startsWith('../') && !target.startsWith('../../scripts/') && !isLowerSimulation(row, target))
    return `leaves the package with ${specifier}`;
  return /\.(ts|mjs|json)$/.test(specifier) ? undefined : `imports ${specifier} without its ending`;
}

/**
 * @param {Row} row
 * @param {Declared} manifest
 * @param {string} specifier
 */
function checkSource(row, { dependencies = {} }, specifier) {
  if (isBuiltin(specifier)) {
    if (row.browser === true) return `imports ${specifier}, which a browser does not have`;
    return row.assembly === true ? undefined : `imports ${specifier} below the assembly`;
  }
  const name = packageOf(specifier);
  if (name.startsWith('@ios/')) {
    if (!row.imports.includes(name.slice(5))) return `imports ${specifier}, which the table does not allow`;
  } else if (row.assembly !== true && !open.test(name)) {
    return `imports ${specifier} below the assembly`;
  }
  return dependencies[name] === undefined ? `imports ${specifier}, which package.json does not declare` : undefined;
}

/**
 * @param {string} owner
 * @param {Row} row
 * @param {Declared} manifest
 * @param {string} specifier
 */
function checkTest(owner, row, { dependencies = {}, devDependencies = {} }, specifier) {
  const name = packageOf(specifier);
  if (isBuiltin(specifier) || testTools.includes(name) || name === `@ios/${owner}`) return undefined;
  if (name.startsWith('@ios/') && !developed(row).includes(name.slice(5))) {
    return `imports ${specifier}, which the table does not allow`;
  }
  return (dependencies[name] ?? devDependencies[name]) === undefined
    ? `imports ${specifier}, which package.json does not declare`
    : undefined;
}

/** @param {string} specifier */
const isBuiltin = (specifier) => specifier.startsWith('node:') || builtinModules.includes(specifier);

/** @param {string} specifier */
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
