import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeKeyIntoUse } from '../../src/keys/key-in-use.ts';

const chain = new Uint8Array(32).fill(3);
const voter = { chain, instance: 'shard/0', key: new Uint8Array(32) };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-key-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a key is in use once at a time, and its marks outlast that', async () => {
  const key = join(folder, 'key.json');
  const first = await takeKeyIntoUse(key, chain);
  await first.votes.write(voter, { height: 4, view: 0 });
  await expect(takeKeyIntoUse(key, chain)).rejects.toMatchObject({
    name: 'NodeError',
    code: 'key-in-use',
    message: expect.stringContaining('Stop it first'),
  });
  // Another chain has another identity key.
  const elsewhere = await takeKeyIntoUse(key, new Uint8Array(32));
  expect(await elsewhere.votes.read(voter)).toBeUndefined();
  await elsewhere.release();
  await first.release();
  const again = await takeKeyIntoUse(key, chain);
  expect(await again.votes.read(voter)).toEqual({ height: 4, view: 0 });
  await again.release();
});

test('marks that cannot be read are no reason to go on without', async () => {
  const key = join(folder, 'damaged.json');
  await (await takeKeyIntoUse(key, chain)).release();
  const path = join(`${key}.votes`, '03'.repeat(32));
  for (const name of await readdir(path))
    if (name === 'CURRENT' || name.startsWith('MANIFEST')) await writeFile(join(path, name), 'nonsense');
  await expect(takeKeyIntoUse(key, chain)).rejects.toMatchObject({
    name: 'NodeError',
    code: 'votes',
    message: expect.stringContaining('retire the key'),
  });
});
