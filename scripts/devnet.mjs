import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stop } from 'esbuild';
import { bundle } from './bundle.mjs';
import { CommandError, explain } from './lib/command.mjs';
import { packageFiles, root } from './lib/workspace.mjs';

/**
 * Bundles the command `ios` and the workers beside it (`src/**worker.ts`); returns the command's file.
 * @returns {Promise<string>}
 */
async function bundleCommand() {
  const folder = join(root, 'packages/node');
  const main = join(folder, 'src/ios.ts');
  if (!existsSync(main)) throw new CommandError('packages/node/src/ios.ts is not there');
  const workers = packageFiles('src', 'worker.ts')
    .filter(([{ name }]) => name === 'node')
    .map(([, file]) => [basename(file, '.ts'), file]);
  const files = await bundle(folder, { ios: main, ...Object.fromEntries(workers) });
  return /** @type {string} */ (files['ios']);
}

// `ios devnet ARGS` from the sources, in this very process, so that input, output, signals and the exit code are the
// command's own; it answers to --help itself.
try {
  const entry = await bundleCommand();
  await stop();
  const args = process.argv.slice(2);
  process.argv = [process.execPath, entry, 'devnet', ...(args[0] === '--' ? args.slice(1) : args)];
  await import(pathToFileURL(entry).href);
} catch (error) {
  explain(error);
}
