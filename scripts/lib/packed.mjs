import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pool, runPnpm } from './run.mjs';
import { root } from './workspace.mjs';

/** Where the tarballs lie. */
const tarballs = join(root, 'node_modules/.cache/ios/tarballs');

/** @typedef {import('./workspace.mjs').Package} Package */

/**
 * The file of a package's tarball, as pnpm names it.
 * @param {Package} pack
 * @returns {string}
 */
export const tarballOf = ({ manifest }) =>
  join(tarballs, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);

/**
 * Packs built packages as they would be published; returns what went wrong.
 * @param {readonly Package[]} all
 * @returns {Promise<string | undefined>}
 */
export async function packAll(all) {
  await rm(tarballs, { recursive: true, force: true });
  await mkdir(tarballs, { recursive: true });
  const results = await pool(all, 2, ({ folder }) =>
    runPnpm(['pack', '--pack-destination', tarballs], { cwd: folder }),
  );
  const failed = results.find(({ code }) => code !== 0);
  if (failed) return failed.output;
  const there = await readdir(tarballs);
  const missing = all.map((pack) => tarballOf(pack)).filter((file) => !there.some((name) => file.endsWith(name)));
  return missing.length === 0 ? undefined : `not packed: ${missing.join(', ')}`;
}
