import { writeFileSync } from 'node:fs';
import { compile, embed } from './compile.mjs';
import { generate } from './generate.mjs';

// Writes the generated sources of the module, compiles it, and embeds it in src/bytes.ts.
for (const [name, text] of Object.entries(generate()))
  writeFileSync(new URL(`../assembly/${name}`, import.meta.url), text);
const bytes = await compile();
writeFileSync(new URL('../src/bytes.ts', import.meta.url), embed(bytes));
console.log(`${bytes.length} bytes`);
