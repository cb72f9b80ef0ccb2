import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundle } from '../bundle.mjs';
import { CommandError } from './command.mjs';
import { packageFiles, root } from './workspace.mjs';

/**
 * Bundles the command `ios` and the workers beside it (`src/**worker.ts`); returns the command's file.
 * @returns {Promise<string>}
 */
export async function bundleIos() {
  const folder = join(root, 'packages/node');
  const main = join(folder, 'src/ios.ts');
  if (!existsSync(main)) throw new CommandError('packages/node/src/ios.ts is not there');
  const workers = packageFiles('src', 'worker.ts')
    .filter(([{ name }]) => name === 'node')
    .map(([, file]) => [basename(file, '.ts'), file]);
  const files = await bundle(folder, { ios: main, ...Object.fromEntries(workers) });
  return /** @type {string} */ (files['ios']);
}
