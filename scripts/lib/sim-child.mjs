import { pathToFileURL } from 'node:url';
import { broken } from './sim-report.mjs';

// A child process of sim.mjs: argument 1 is the bundled scenario; a message is a seed, the answer its report.
/** @type {{ scenario: import('./sim-report.mjs').Scenario }} */
const { scenario } = await import(pathToFileURL(/** @type {string} */ (process.argv[2])).href);

process.on('message', async (/** @type {number} */ seed) => {
  try {
    process.send?.(await scenario.run(seed));
  } catch (error) {
    process.send?.(broken(seed, `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
