// Writes test/vectors/*.json: `node packages/pvss/scripts/vectors.mjs`, from anywhere.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stop } from 'esbuild';
import { bundle } from '../../../scripts/bundle.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const built = await bundle(folder, { vectors: join(folder, 'test/vectors.ts') });
await stop();
const { files } = await import(pathToFileURL(String(built['vectors'])).href);
for (const [name, text] of Object.entries(files())) {
  writeFileSync(join(folder, 'test/vectors', name), String(text));
  console.log(`test/vectors/${name}`);
}
