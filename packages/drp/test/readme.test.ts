import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { example } from './example.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the example of the README is the one that runs here, and prints what the README says', () => {
  const [, code, printed] = /```ts\n(.*?)```.*?```text\n(.*?)```/s.exec(read('../README.md')) ?? [];
  expect(code).toBe(read('./example.ts'));
  expect(printed).toBe(`${example().join('\n')}\n`);
});
