import { pathToFileURL } from 'node:url';
import { stop } from 'esbuild';
import { explain } from './lib/command.mjs';
import { bundleIos } from './lib/ios.mjs';

// `ios devnet ARGS` from the sources, in this very process, so that input, output, signals and the exit code are the
// command's own; it answers to --help itself.
try {
  const entry = await bundleIos();
  await stop();
  const args = process.argv.slice(2);
  process.argv = [process.execPath, entry, 'devnet', ...(args[0] === '--' ? args.slice(1) : args)];
  await import(pathToFileURL(entry).href);
} catch (error) {
  explain(error);
}
