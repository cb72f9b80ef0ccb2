import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile, embed } from '../scripts/compile.mjs';
import { generate } from '../scripts/generate.mjs';
import { decodeBase64 } from '../src/base64.ts';
import { BYTES } from '../src/bytes.ts';

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the committed module', () => {
  test('is what the pinned compiler makes of its sources', async () => {
    const compiled = await compile();
    expect(hash(decodeBase64(BYTES))).toBe(hash(compiled));
    expect(read('src/bytes.ts')).toBe(embed(compiled));
  });
  test('has generated sources that are those of the generator', () => {
    for (const [name, text] of Object.entries(generate())) expect(read(`assembly/${name}`)).toBe(text);
  });
});

test('base64 of every length', () => {
  for (let length = 0; length < 8; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => 251 * i + 3);
    expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
  }
});
