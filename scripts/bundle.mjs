import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { CommandError, command } from './lib/command.mjs';
import { fromCaller } from './lib/workspace.mjs';

const usage = `
node scripts/bundle.mjs FOLDER ENTRY...

Bundles TypeScript entries of a package or an example into FOLDER/dist-run, so that plain Node runs them and their
workers, and prints the files. Each entry becomes dist-run/<name>.js; ENTRY is relative to FOLDER.
`;

/** Chunks of earlier bundles are kept this long: a process that runs may still load one. In ms. */
const staleAfter = 3_600_000;

/**
 * Bundles entries of the package in `folder`, output name to source, into the folder's `dist-run`, with chunks for
 * what they share; returns output name to file. The sources of `@ios/*` are bundled (condition `ios-source`); any other
 * import stays one, as long as `folder` itself resolves it to the same file. The output lies one level below the
 * package, as `src` and `dist` do, so that `new URL('../…', import.meta.url)` means the same in all three.
 * Throws `CommandError` with esbuild's messages.
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} entries
 * @returns {Promise<Record<string, string>>}
 */
export async function bundle(folder, entries) {
  const outdir = join(folder, 'dist-run');
  const names = Object.keys(entries);
  const { outputFiles } = await esbuild
    .build({
      absWorkingDir: folder,
      entryPoints: names.map((name) => ({ in: resolve(folder, entries[name] ?? ''), out: name })),
      outdir,
      bundle: true,
      splitting: true,
      chunkNames: '[name]-[hash]',
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: ['ios-source', 'import', 'node'],
      sourcemap: 'linked',
      plugins: [externals(folder)],
      write: false,
      logLevel: 'silent',
    })
    .catch((/** @type {esbuild.BuildFailure} */ failure) => {
      throw new CommandError(report(failure));
    });
  await mkdir(outdir, { recursive: true });
  for (const file of outputFiles) await replace(file.path, file.contents);
  await dropStale(outdir, new Set(outputFiles.map((file) => basename(file.path))));
  return Object.fromEntries(names.map((name) => [name, join(outdir, `${name}.js`)]));
}

/**
 * Keeps a bare import as it is when the bundle's own package resolves it to the same file as the importer does.
 * pnpm links a package's own dependencies alone, so what only an imported package declares has to be bundled.
 * @param {string} folder
 * @returns {esbuild.Plugin}
 */
const externals = (folder) => ({
  name: 'externals',
  setup({ onResolve, resolve: locate }) {
    onResolve({ filter: /^[^./#]/ }, async ({ path, importer, resolveDir, kind, pluginData, with: attributes }) => {
      if (pluginData === 'located' || kind === 'entry-point' || path.startsWith('@ios/')) return undefined;
      if (path.startsWith('node:')) return { path, external: true };
      const options = { kind, pluginData: 'located', with: attributes };
      const [asked, own] = await Promise.all([
        locate(path, { ...options, importer, resolveDir }),
        locate(path, { ...options, resolveDir: folder }),
      ]);
      return asked.external || (asked.path !== '' && asked.path === own.path) ? { path, external: true } : asked;
    });
  },
});

/**
 * @param {esbuild.BuildFailure} failure
 * @returns {string}
 */
const report = (failure) =>
  (failure.errors ?? [])
    .map(({ text, location }) =>
      location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
    )
    .join('\n') || failure.message;

/**
 * Puts a file in place whole: a process that starts at the same time sees the old bytes or the new ones.
 * @param {string} path
 * @param {Uint8Array} contents
 */
async function replace(path, contents) {
  const old = await readFile(path).catch(() => undefined);
  if (old?.equals(contents)) return;
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
}

/**
 * @param {string} folder
 * @param {ReadonlySet<string>} current
 */
async function dropStale(folder, current) {
  for (const name of await readdir(folder)) {
    if (current.has(name) || !/^chunk-/.test(name)) continue;
    const info = await stat(join(folder, name)).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > staleAfter) await rm(join(folder, name), { force: true });
  }
}

if (import.meta.filename === process.argv[1]) {
  await command(
    usage,
    {},
    async (_, [folder, ...sources]) => {
      if (folder === undefined || sources.length === 0) throw new CommandError('name a folder and its entries');
      const absolute = fromCaller(folder);
      const entries = Object.fromEntries(sources.map((source) => [basename(source).replace(/\.ts$/, ''), source]));
      for (const file of Object.values(await bundle(absolute, entries))) {
        console.log(relative(fromCaller('.'), file));
      }
      return 0;
    },
    { names: Number.POSITIVE_INFINITY },
  );
}
