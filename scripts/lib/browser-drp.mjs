import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { serve } from './browser-site.mjs';
import { root } from './workspace.mjs';

/** @typedef {import('../../packages/drp/test/browser/page.ts').Steps} Steps */

const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'self'";

/**
 * Runs the example of `@ios/drp` in a page: what its README says comes out, a transcript verified among it.
 * @param {import('playwright-core').Browser} browser
 * @param {(what: string, work: () => Promise<unknown>, wanted: unknown) => Promise<void>} check
 */
export async function testRandomness(browser, check) {
  const readme = await readFile(join(root, 'packages/drp/README.md'), 'utf8');
  const lines = /```text\n(.*?)\n```/s.exec(readme)?.[1]?.split('\n');
  const { outputFiles } = await build({
    entryPoints: [join(root, 'packages/drp/test/browser/page.ts')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['ios-source', 'import', 'browser'],
    write: false,
  });
  const script = /** @type {import('esbuild').OutputFile} */ (outputFiles[0]).text;
  const site = await serve({ '/page.js': script }, () => policy);
  const tab = await browser.newPage();
  try {
    await tab.goto(site.origin);
    await tab.waitForFunction('globalThis.steps !== undefined');
    const run = () =>
      tab.evaluate(() => /** @type {{ steps: Steps }} */ (/** @type {unknown} */ (globalThis)).steps.example());
    await check('randomness is made, and its transcript verified, in a page', run, lines);
  } finally {
    await tab.close();
    await site.close();
  }
}
