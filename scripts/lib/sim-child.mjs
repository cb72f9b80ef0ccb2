import { pathToFileURL } from 'node:url';

// A child process of sim.mjs: argument 1 is the bundled scenario; a message is a seed, the answer its report. The trace
// of a good run stays here unless the parent asks for it.
const { scenario } = await import(pathToFileURL(/** @type {string} */ (process.argv[2])).href);

/**
 * @param {number} seed
 * @returns {Promise<import('./sim-report.mjs').Report>}
 */
async function report(seed) {
  try {
    return await scenario.run(seed);
  } catch (error) {
    const violation = `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    return { seed, ok: false, violation, events: 0, virtualMs: 0 };
  }
}

process.on('message', async (/** @type {{ seed: number, trace: boolean }} */ { seed, trace }) => {
  const full = await report(seed);
  const { trace: _, ...short } = full;
  process.send?.(trace || !full.ok ? full : short);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
