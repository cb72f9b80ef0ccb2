import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What the scripts read of a package.json.
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {Record<string, unknown>} [exports]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 */

/**
 * A package of the workspace: its short name (`crypto`), its absolute folder, its manifest.
 * @typedef {{ name: string, folder: string, manifest: Manifest }} Package
 */

/** The absolute folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * The absolute form of a path that the user wrote, who may have called the script from a subfolder.
 * @param {string} path
 * @returns {string}
 */
export const fromCaller = (path) => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);

/**
 * Reads the manifest in a folder.
 * @param {string} folder
 * @returns {Manifest}
 */
export const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/**
 * The folders under `packages` or `examples` that hold a manifest, by name.
 * @param {string} parent
 * @returns {Package[]}
 */
export function workspaceFolders(parent) {
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent))
    .sort()
    .map((name) => ({ name, folder: join(root, parent, name) }))
    .filter(({ folder }) => existsSync(join(folder, 'package.json')))
    .map((entry) => ({ ...entry, manifest: readManifest(entry.folder) }));
}

/**
 * The packages of the workspace that a package names in its dependencies.
 * @param {Package} pack
 * @param {readonly Package[]} all
 * @returns {Package[]}
 */
export const workspaceDependencies = (pack, all) =>
  all.filter(({ manifest }) => pack.manifest.dependencies?.[manifest.name] !== undefined);

/**
 * The packages of the workspace, each after those that it depends on; throws on a cycle.
 * @param {readonly Package[]} [all]
 * @returns {Package[]}
 */
export function packages(all = workspaceFolders('packages')) {
  /** @type {Package[]} */
  const ordered = [];
  /** @type {string[]} */
  const path = [];
  /** @param {Package} pack */
  const visit = (pack) => {
    if (ordered.includes(pack)) return;
    if (path.includes(pack.name)) throw new Error(`packages import each other: ${[...path, pack.name].join(' -> ')}`);
    path.push(pack.name);
    for (const dependency of workspaceDependencies(pack, all)) visit(dependency);
    path.pop();
    ordered.push(pack);
  };
  for (const pack of all) visit(pack);
  return ordered;
}

/**
 * The files under `packages/<name>/<folder>` whose name ends so, as `[package, path]`, by path.
 * @param {string} folder
 * @param {string} ending
 * @returns {[Package, string][]}
 */
export function packageFiles(folder, ending) {
  return workspaceFolders('packages').flatMap((pack) => {
    const parent = join(pack.folder, folder);
    if (!existsSync(parent)) return [];
    return readdirSync(parent, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(ending))
      .sort()
      .map((file) => /** @type {[Package, string]} */ ([pack, join(parent, file)]));
  });
}
