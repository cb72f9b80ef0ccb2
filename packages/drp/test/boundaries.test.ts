import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The files that an entry loads, by following its import statements. */
const reach = (entry: string): string[] => {
  const files = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g))
      visit(join(dirname(file), name!));
  };
  visit(join(root, entry));
  return [...files].map((file) => relative(root, file));
};

test('the sign-off without security, and the rules to break, stay out of production', () => {
  expect(reach('src/testing.ts')).toContain(join('src', 'testing', 'fake-sign-off.ts'));
  const files = reach('src/index.ts');
  expect(files).toContain(join('src', 'machine', 'decrypt.ts'));
  expect(files.filter((file) => file.includes('testing'))).toEqual([]);
});
