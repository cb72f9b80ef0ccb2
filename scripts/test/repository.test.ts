import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../lib/workspace.mjs';

/** Absolute paths that exist on one machine alone; `/usr/bin/env` and `/dev/…` exist on all. */
const machinePath = /(?<![\w.@*)\]}-])\/(?:home|Users|root|mnt|srv|opt|var|private)\/[\w.-]/;
/** The host of a package registry, in a file that should name packages alone. */
const registryHost = /\bregistry\.[a-z0-9-]+\.[a-z]+/;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * The lines of a text that speak of one machine, with their numbers: where this copy lies and who runs it count too,
 * but for a folder right under the root of the file system, which looks like any other path.
 */
function leaks(text: string, folders: string[] = [root, homedir()]): string[] {
  const here = folders
    .filter((folder) => /[\\/].+[\\/]/.test(folder))
    .map((folder) => new RegExp(`(?<![\\w.@*-])${escaped(folder)}(?![\\w-])`));
  return text
    .split('\n')
    .map((line, index) => `${index + 1}: ${line.trim().slice(0, 120)}`)
    .filter((line) => [machinePath, registryHost, ...here].some((pattern) => pattern.test(line)));
}

/** The tracked files that are text. */
function trackedTexts(): [string, string][] {
  const names = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  return names
    .filter((name) => existsSync(join(root, name)))
    .flatMap((name) => {
      const bytes = readFileSync(join(root, name));
      return bytes.subarray(0, 8000).includes(0) ? [] : [[name, bytes.toString('utf8')] as [string, string]];
    });
}

describe('tracked files', () => {
  it.skipIf(!existsSync(join(root, '.git')))('speak of no machine and no registry', () => {
    const found = trackedTexts().flatMap(([name, text]) => leaks(text).map((line) => `${name}:${line}`));
    expect(found).toEqual([]);
  });

  it('would be caught if they did', () => {
    const [home, host] = [['', 'home', 'ann', 'ios'].join('/'), ['registry', 'example', 'org'].join('.')];
    expect(leaks(`see ${home}\nnothing\nfrom ${host}`)).toHaveLength(2);
    expect(leaks("import '/build/copy/scripts/sim.mjs';", ['/build/copy'])).toHaveLength(1);
    expect(leaks('#!/usr/bin/env bash\n/ip4/127.0.0.1/tcp/0\n/ios/bft/1\n../var/log\n/dev/null')).toEqual([]);
  });
});
