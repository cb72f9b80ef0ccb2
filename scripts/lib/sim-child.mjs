import { pathToFileURL } from 'node:url';
import { broken } from './sim-report.mjs';

// A child process of sim.mjs: argument 1 is the bundled scenario; a message is a task, the answer its report.
/** @type {{ scenario: import('./sim-report.mjs').Scenario }} */
const { scenario } = await import(pathToFileURL(/** @type {string} */ (process.argv[2])).href);

process.on('message', async (/** @type {import('./sim-report.mjs').Task} */ { seed, show }) => {
  try {
    process.send?.(await scenario.run(seed, show ? (line) => console.log(line) : undefined));
  } catch (error) {
    process.send?.(broken(seed, `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
