import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadWorkload } from '../../src/devnet/block-file.ts';

const small = new URL('../data/mainnet-227836.raw', import.meta.url).pathname;
const load = (files: Parameters<typeof loadWorkload>[0]) => loadWorkload(files, () => {});

/** The first block of mainnet: header and coinbase. */
const BITCOIN_GENESIS =
  '0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a' +
  '51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c01010000000100000000000000000000000000000000000000000000000000000000000' +
  '00000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b20' +
  '6f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b' +
  '7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-block-'));
});
afterAll(() => rm(folder, { recursive: true }));

const written = async (name: string, bytes: Uint8Array | string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};

describe('block files', () => {
  test('without a name are the block that ships, with what it spends', async () => {
    const { workload, name, assumed } = await load({});
    expect(name).toBe('0000000000000000821c4e0acc40f88bedbce3b73ba2358b5ade58a9022cc78c');
    expect([workload.transfers.length, assumed]).toEqual([460, false]);
  });

  test('without undo data say that amounts are assumed', async () => {
    const { workload, assumed } = await load({ block: small });
    expect([workload.transfers.length, assumed]).toEqual([99, true]);
  });

  test('that are missing, folders or endless are named', async () => {
    const absent = join(folder, 'absent');
    await expect(load({ block: absent })).rejects.toThrow(`There is no block at ${absent}. Wanted is a raw block`);
    await expect(load({ undo: absent })).rejects.toThrow(`There is no undo data at ${absent}. Without --undo`);
    await expect(load({ block: folder })).rejects.toMatchObject({ code: 'EISDIR', path: folder });
    const long = await written('long', '');
    await truncate(long, 1 << 30);
    await expect(load({ block: long })).rejects.toThrow(`${long}: more than 16000000 bytes. Wanted is a raw block`);
  });

  test('that hold a coinbase alone have nothing to replay', async () => {
    const path = await written('genesis', Buffer.from(BITCOIN_GENESIS, 'hex'));
    await expect(load({ block: path })).rejects.toThrow(
      `${path}: the block has no transaction to replay. Choose another block.`,
    );
  });

  test('that are damaged are named, with the place and the remedy', async () => {
    const good = await readFile(small);
    const damaged: [string, Uint8Array | string, RegExp][] = [
      ['empty', '', /truncated \(at byte 0 of 0\)/],
      ['cut', good.subarray(0, -1), /\(at byte \d+ of 39\d+\)/],
      ['longer', Buffer.concat([good, Buffer.of(0)]), /trailing bytes/],
      ['hex', good.toString('hex'), /\(at byte \d+ of \d+\)/],
      ['flipped', good.map((byte, i) => (i === 30_000 ? byte ^ 1 : byte)), /Merkle root/],
      ['header', good.map((byte, i) => (i === 70 ? byte ^ 1 : byte)), /no proof of work/],
    ];
    for (const [name, bytes, wanted] of damaged) {
      const path = await written(name, bytes);
      const failure = load({ block: path });
      await expect(failure, name).rejects.toThrow(wanted);
      await expect(failure).rejects.toMatchObject({ code: 'bitcoin-block', facts: { path } });
      await expect(failure).rejects.toThrow(
        /Wanted is a raw block, as "bitcoin-cli getblock HASH 0 \| xxd -r -p" writes/,
      );
    }
    const undo = await written('undo', good);
    await expect(load({ block: small, undo })).rejects.toThrow(`${undo}: Bitcoin undo data: `);
    await expect(load({ block: small, undo })).rejects.toThrow('Without --undo the amounts are assumed.');
  });
});
