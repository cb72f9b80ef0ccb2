import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle } from '../bundle.mjs';
import { runNode } from '../lib/run.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ios-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, body: string): string {
  writeFileSync(join(folder, name), body);
  return name;
}

describe('bundle', () => {
  it('makes entries that plain Node runs, beside each other', async () => {
    write('shared.ts', 'export const answer: number = 42;');
    write('worker.ts', "import { answer } from './shared.ts';\nconsole.log(answer);");
    write(
      'main.ts',
      "import { answer } from './shared.ts';\nawait import(new URL('./worker.js', import.meta.url).href);\nconsole.log(answer + 1);",
    );
    const files = await bundle(folder, { main: 'main.ts', worker: 'worker.ts' });
    expect(files['worker']).toBe(join(folder, 'dist-run/worker.js'));
    expect(await runNode([files['main'] ?? ''])).toEqual({ code: 0, output: '42\n43\n' });
  });

  it('keeps what the package resolves itself as an import', async () => {
    const files = await bundle(folder, {
      os: write('os.ts', "import { tmpdir } from 'node:os';\nconsole.log(tmpdir);"),
    });
    expect(readFileSync(files['os'] ?? '', 'utf8')).toContain('from "node:os"');
  });

  it('says where a source is wrong', async () => {
    await expect(bundle(folder, { wrong: write('wrong.ts', "import './nowhere.ts';") })).rejects.toThrow(
      /wrong\.ts:1:8.*nowhere/,
    );
    await expect(bundle(folder, { gone: 'gone.ts' })).rejects.toThrow('gone.ts');
  });
});
