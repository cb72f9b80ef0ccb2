import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLevelStore } from '../../src/store.ts';

const LABEL = { format: 1, chain: new Uint8Array(32).fill(7) };
const source = new URL('../../src/store.ts', import.meta.url).pathname;
const require = createRequire(import.meta.url);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-level-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that writes synced batches of 20 keys, and says each number once it is durable. */
async function writerProgram(): Promise<string> {
  const outfile = join(folder, 'writer.mjs');
  await build({
    stdin: {
      contents: `
        import { openLevelStore } from ${JSON.stringify(source)};
        const store = await openLevelStore(process.argv[2], { format: 1, chain: new Uint8Array(32).fill(7) });
        for (let turn = Number(process.argv[3]); ; turn++) {
          const value = new Uint8Array(4000).fill(turn);
          const writes = Array.from({ length: 20 }, (_, index) => ({ key: Uint8Array.of(index), value }));
          await store.batch(writes, { sync: true });
          process.stdout.write(turn + '\\n');
        }`,
      resolveDir: folder,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    nodePaths: [join(require.resolve('@noble/hashes/utils.js'), '../..')],
    // The addon is not JavaScript: it is loaded from where it is installed.
    alias: { 'classic-level': require.resolve('classic-level') },
    external: [require.resolve('classic-level')],
  });
  return outfile;
}

test('kill -9 tears no batch and loses no durable one', async () => {
  const program = await writerProgram();
  const data = join(folder, 'data');
  let next = 1;
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, [program, data, String(next)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.split('\n').length > 40 + 13 * round) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'close');
    expect(signal).toBe('SIGKILL');
    const durable = Number(said.trim().split('\n').at(-1));
    expect(durable).toBeGreaterThanOrEqual(next + 39);

    const store = await openLevelStore(data, LABEL);
    const values = new Set<number>();
    for await (const [, value] of store.range({ gte: Uint8Array.of(0), lt: Uint8Array.of(255) })) {
      expect(new Set(value).size).toBe(1);
      values.add(value[0]!);
    }
    await store.close();
    expect(values.size).toBe(1);
    const [found] = values;
    // What was written and not yet said may be there too: never less than what was said.
    expect((found! - durable + 256) % 256).toBeLessThanOrEqual(1);
    next = durable + 2;
  }
});

test('a second process finds the data locked', async () => {
  const program = await writerProgram();
  const data = join(folder, 'data');
  const child = spawn(process.execPath, [program, data, '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await expect(openLevelStore(data, LABEL)).rejects.toMatchObject({
    code: 'locked',
    message: expect.stringMatching(/another process\. Stop/),
  });
  child.kill('SIGKILL');
  await once(child, 'close');
  await (await openLevelStore(data, LABEL)).close();
});

test('a database of another program is refused', async () => {
  const { ClassicLevel } = require('classic-level');
  const db = new ClassicLevel(folder);
  await db.put('key', 'value');
  await db.close();
  await expect(openLevelStore(folder, LABEL)).rejects.toMatchObject({ code: 'format', facts: { found: 'none' } });
});

test('data that cannot be read is called corrupt', async () => {
  const damages = [
    async () => {
      for (const name of await readdir(folder)) {
        if (name.startsWith('MANIFEST')) await writeFile(join(folder, name), 'not a manifest');
      }
    },
    () => writeFile(join(folder, 'CURRENT'), 'MANIFEST-999999\n'),
  ];
  for (const damage of damages) {
    await rm(folder, { recursive: true });
    await mkdir(folder);
    const store = await openLevelStore(folder, LABEL);
    await store.batch([{ key: Uint8Array.of(1), value: Uint8Array.of(1) }], { sync: true });
    await store.close();
    await damage();
    await expect(openLevelStore(folder, LABEL)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/Move the folder away/),
    });
  }
});

test('a damaged table is called corrupt when it is read', async () => {
  let store = await openLevelStore(folder, LABEL);
  const key = (index: number): Uint8Array => Uint8Array.of(index >> 8, index & 255);
  const value = (index: number): Uint8Array => Uint8Array.from({ length: 4000 }, (_, at) => (at * index * 31) >> 3);
  const writes = Array.from({ length: 2000 }, (_, index) => ({ key: key(index), value: value(index) }));
  for (let from = 0; from < writes.length; from += 100) {
    await store.batch(writes.slice(from, from + 100), { sync: false });
  }
  await store.close();
  // Opened again, the rest of the log becomes a table too.
  await (await openLevelStore(folder, LABEL)).close();
  const tables = (await readdir(folder)).filter((name) => name.endsWith('.ldb'));
  expect(tables.length).toBeGreaterThan(0);
  for (const name of tables) {
    const bytes = await readFile(join(folder, name));
    bytes.fill(0xff, 2000, 6000);
    await writeFile(join(folder, name), bytes);
  }
  store = await openLevelStore(folder, LABEL);
  const read = async (): Promise<void> => {
    for await (const _ of store.range({ gte: key(0), lt: key(2000) }));
  };
  await expect(read()).rejects.toMatchObject({ code: 'corrupt' });
  await store.close();
});

test('a folder that is a file is refused', async () => {
  const path = join(folder, 'file');
  await writeFile(path, '');
  await expect(openLevelStore(path, LABEL)).rejects.toMatchObject({ code: 'io' });
});

test('a full disk is named, takes no more writes, and works again once there is room', async (context) => {
  const mount = join(folder, 'tmpfs');
  await mkdir(mount);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mount], { stdio: 'pipe' });
  } catch (error) {
    const reason = `no small disk can be mounted here: ${String(error).split('\n')[0]}`;
    console.warn(`skipped: ${reason}`);
    return context.skip(reason);
  }
  try {
    const ballast = join(mount, 'ballast');
    await writeFile(ballast, new Uint8Array(1_000_000));
    const data = join(mount, 'data');
    const store = await openLevelStore(data, LABEL);
    let durable = 0;
    const fill = async (): Promise<void> => {
      for (; ; durable++) {
        await store.batch([{ key: Uint8Array.of(durable), value: new Uint8Array(50_000).fill(durable) }], {
          sync: true,
        });
      }
    };
    const full = { code: 'full', message: expect.stringMatching(/full\. Free some space/) };
    await expect(fill()).rejects.toMatchObject(full);
    expect(durable).toBeGreaterThan(0);
    await expect(openLevelStore(join(mount, 'other'), LABEL)).rejects.toMatchObject(full);
    await rm(ballast);
    await expect(store.batch([{ key: Uint8Array.of(255) }], { sync: true })).rejects.toMatchObject(full);
    await store.close();

    const again = await openLevelStore(data, LABEL);
    for (let index = 0; index < durable; index++) {
      expect((await again.get(Uint8Array.of(index)))?.[0]).toBe(index);
    }
    await again.batch([{ key: Uint8Array.of(255), value: Uint8Array.of(1) }], { sync: true });
    await again.close();
  } finally {
    execFileSync('umount', ['-l', mount]);
  }
});
