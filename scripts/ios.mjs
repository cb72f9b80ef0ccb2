import { pathToFileURL } from 'node:url';
import { stop } from 'esbuild';
import { explain } from './lib/command.mjs';
import { bundleIos } from './lib/ios.mjs';

// The command `ios` from the sources, in this very process, so that input, output, signals and the exit code are its own;
// paths are those of the folder in which it was called.
try {
  const entry = await bundleIos();
  await stop();
  const args = process.argv.slice(2);
  process.argv = [process.execPath, entry, ...(args[0] === '--' ? args.slice(1) : args)];
  process.chdir(process.env['INIT_CWD'] ?? process.cwd());
  await import(pathToFileURL(entry).href);
} catch (error) {
  explain(error);
}
