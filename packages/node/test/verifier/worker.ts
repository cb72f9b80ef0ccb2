import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

/** The worker bundled into a folder of its own, as JavaScript that runs without this repository, while the tests run. */
export function bundledWorker(): { readonly file: () => string; readonly folder: () => string } {
  let folder: string;
  const file = (): string => join(folder, 'verify-worker.mjs');
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ios-verifier-'));
    await build({
      entryPoints: [new URL('../../src/verify-worker.ts', import.meta.url).pathname],
      outfile: file(),
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['ios-source'],
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return { file, folder: () => folder };
}
