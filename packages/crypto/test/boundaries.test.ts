import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));

/** The files that an entry loads, by following its import statements, and the packages that they name. */
const reach = (entry: string): { files: string[]; packages: string[] } => {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      if (name!.startsWith('.')) visit(join(dirname(file), name!));
      else
        packages.add(
          name!
            .split('/')
            .slice(0, name!.startsWith('@') ? 2 : 1)
            .join('/'),
        );
    }
  };
  visit(join(root, entry));
  return { files: [...files].map((file) => relative(root, file)), packages: [...packages] };
};

const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [[name, target['ios-source']] as const],
);

test('the entries are those of the manifest', () => {
  expect(entries.length).toBe(12);
  expect(reach('src/testing.ts').files).toContain(join('src', 'testing', 'schnorr-group.ts'));
});

describe('groups without security stay out of production', () => {
  test.each(entries.filter(([name]) => name !== './testing'))('%s does not reach what is for tests', (_, entry) => {
    const { files } = reach(entry);
    expect(files.filter((file) => file.includes('testing'))).toEqual([]);
    for (const file of files) expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/schnorrGroup62|toyGroup/);
  });
});

test('nothing is imported but noble and micro-packed', () => {
  const allowed = Object.keys(manifest.dependencies);
  for (const [, entry] of entries) for (const name of reach(entry).packages) expect(allowed).toContain(name);
});
