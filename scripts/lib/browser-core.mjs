import { join } from 'node:path';
import { build } from 'esbuild';
import { serve } from './browser-site.mjs';
import { root } from './workspace.mjs';

/** @typedef {import('../../packages/curve25519-wasm/test/browser/page.ts').Steps} Steps */

const strict = "default-src 'none'; base-uri 'none'; form-action 'none'; worker-src 'self'; script-src 'self'";

/** What a batch comes to: the 40 signatures hold, and the two forgeries are at these places. */
const answer = { holds: true, wrong: [7, 41] };

/**
 * Verifies a batch with `@ios/curve25519-wasm` in a page and in a worker, under the strictest policy that allows it and under
 * one that does not: there the error says so, and `@ios/crypto` verifies it.
 * @param {import('playwright-core').Browser} browser
 * @param {(what: string, work: () => Promise<unknown>, wanted: unknown) => Promise<void>} check
 */
export async function testCore(browser, check) {
  const [page, worker] = await Promise.all([bundled('page'), bundled('worker')]);
  const files = { '/page.js': page, '/worker.js': worker };
  for (const { policy, by, says } of [
    { policy: `${strict} 'wasm-unsafe-eval'`, by: 'wasm', says: "'wasm-unsafe-eval' lets it verify a batch" },
    { policy: strict, by: 'Curve25519WasmError unavailable', says: 'without it, it says so, and @ios/crypto verifies' },
  ]) {
    const site = await serve(files, () => policy);
    const tab = await browser.newPage();
    try {
      await tab.goto(site.origin);
      const wanted = [
        { ...answer, by },
        { ...answer, by },
      ];
      for (const [step, where] of /** @type {[keyof Steps, string][]} */ ([
        ['here', 'in a page'],
        ['inWorker', 'in a worker'],
      ])) {
        const run = () =>
          tab.evaluate((/** @type {string} */ name) => /** @type {any} */ (globalThis).steps[name](), step);
        await check(`${says}, ${where}`, run, wanted);
      }
    } finally {
      await tab.close();
      await site.close();
    }
  }
}

/**
 * A script of the core's browser test, with all that it imports.
 * @param {'page' | 'worker'} name
 */
async function bundled(name) {
  const { outputFiles } = await build({
    entryPoints: [join(root, `packages/curve25519-wasm/test/browser/${name}.ts`)],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['ios-source', 'import', 'browser'],
    write: false,
  });
  return /** @type {import('esbuild').OutputFile} */ (outputFiles[0]).text;
}
