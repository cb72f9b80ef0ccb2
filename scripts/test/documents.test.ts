import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, workspaceFolders } from '../lib/workspace.mjs';

/** The Markdown files of the repository that people wrote. */
function documents(): string[] {
  const at = (folder: string) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(root, folder, name));
  const packages = workspaceFolders('packages').map(({ folder }) => join(folder, 'README.md'));
  return [...at('.'), ...at('docs'), ...at('docs/decisions'), ...packages.filter((file) => existsSync(file))];
}

/** What a document refers to inside the repository and is not there: targets of links, and paths in code spans. */
function missing(file: string, text: string): string[] {
  const prose = text.replace(/^```.*?^```/gms, '');
  const links = [...prose.matchAll(/\]\((?![a-z]+:)([^)#\s]*)(#[^)\s]*)?\)/g)].map(([, path, anchor]) => ({
    target: path ? resolve(dirname(file), path) : file,
    anchor: anchor?.slice(1),
  }));
  const spans = [...prose.matchAll(/`((?:packages|docs|scripts|examples|\.ci)\/[\w./-]+)`/g)].map(([, path = '']) => ({
    target: join(root, path),
    anchor: undefined,
  }));
  return [...links, ...spans]
    .filter(({ target, anchor }) => {
      if (!existsSync(target)) return !/docs[\\/]api/.test(target);
      if (anchor === undefined || !target.endsWith('.md')) return false;
      return !anchors(target === file ? text : readFileSync(target, 'utf8')).includes(anchor);
    })
    .map(({ target, anchor }) => `${relative(root, file)}: ${relative(root, target)}${anchor ? `#${anchor}` : ''}`);
}

/** The anchors of a document's headings, as GitHub makes them. */
const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );

describe('documents', () => {
  it('refer to what is there', () => {
    expect(documents().flatMap((file) => missing(file, readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('would be caught otherwise', () => {
    const text = '# A b\n[x](gone.md) [y](#a-b) [z](#c) `packages/none/src/a.ts` [w](https://example.org/x)';
    expect(missing(join(root, 'README.md'), text)).toEqual([
      'README.md: gone.md',
      'README.md: README.md#c',
      'README.md: packages/none/src/a.ts',
    ]);
    expect(missing(join(root, 'README.md'), '[m](LICENSE)\n```\n[n](gone.md)\n```')).toEqual([]);
  });
});
