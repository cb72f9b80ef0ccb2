import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DevnetSummary } from '../../src/devnet/summary.ts';
import { buildIos, HAS_PROC, launchDevnet, type Running } from './launch.ts';

/** A real block of 100 transactions. */
const BLOCK = new URL('../data/mainnet-227836.raw', import.meta.url).pathname;
/** Validators stop in order, which may take them some seconds on a busy machine. */
const PATIENCE_MS = 30_000;

let script: string;
beforeAll(async () => {
  script = await buildIos();
});

const running: Running[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.clean();
});

const launch = async (args: readonly string[], temporary?: string): Promise<Running> => {
  const started = await launchDevnet(script, args, temporary);
  running.push(started);
  return started;
};

const watched = ['--block', BLOCK, '--watch', '--json'];

describe('ios devnet', () => {
  test('replays a block through two shards of four processes, verifies it, and leaves nothing behind', async () => {
    const devnet = await launch(['--block', BLOCK, '--epochs', '1', '--json']);
    const { code, stdout, stderr } = await devnet.ended;
    expect(stderr).toBe('');
    const summary = JSON.parse(stdout) as DevnetSummary;
    expect(summary).toMatchObject({
      block: '00000000000000d0dfd4c9d588d325dce4f32c1b31b7c0064cba7025a9b9adcc',
      assumed: true,
      validators: 8,
      transfers: 99,
      withinBlock: 4,
      excluded: 0,
    });
    expect(summary.certificates).toBe(4 * summary.height);
    expect(summary.shards).toHaveLength(2);
    expect(summary.crossShard).toBeGreaterThan(0.3);
    expect(summary.witnesses).toBeGreaterThanOrEqual(99);
    for (const { executionDigest } of summary.shards) expect(executionDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(summary.elapsedMs).toBeGreaterThanOrEqual(summary.finalityP99Ms);
    expect(code).toBe(0);
    expect(await devnet.litter(0)).toEqual([]);
  });

  test('names a damaged block, and starts nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ios-damaged-'));
    const damaged = join(folder, 'block.raw');
    const bytes = await readFile(BLOCK);
    await writeFile(damaged, bytes.fill(0, 20_000, 20_001));
    const devnet = await launch(['--block', damaged]);
    const { code, stdout, stderr } = await devnet.ended;
    expect(stderr).toMatch(/^Reading block .*\nios: .*block\.raw: Bitcoin block: .*\. Wanted is a raw block.*\n$/);
    expect([code, stdout]).toEqual([1, '']);
    expect(await devnet.litter(0)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test.runIf(HAS_PROC)('--watch goes on until Ctrl-C, which is exit code 130', async () => {
    const devnet = await launch([...watched, '--shards', '1', '--validators', '1']);
    await devnet.said(/\n}\n$/);
    const [validator] = await devnet.validators();
    devnet.child.kill('SIGINT');
    const { code, stdout } = await devnet.ended;
    const { rpc, validators } = JSON.parse(stdout) as DevnetSummary & { rpc: string[] };
    expect([validators, rpc.length, code]).toEqual([1, 1, 130]);
    expect(validator).toBeGreaterThan(0);
    expect(await devnet.litter(0)).toEqual([]);
  });

  test.runIf(HAS_PROC)('a validator that dies is told, and takes the others with it', async () => {
    const devnet = await launch([...watched, '--validators', '2']);
    await devnet.said(/\n}\n$/);
    const pids = await devnet.validators();
    expect(pids).toHaveLength(2);
    process.kill(pids[0]!, 'SIGKILL');
    const { code, stderr } = await devnet.ended;
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'validator', message: expect.stringMatching(/^Validator \d was ended by SIGKILL\. The end of/) },
    });
    expect(code).toBe(1);
    expect(await devnet.litter(0)).toEqual([]);
  });

  test.runIf(HAS_PROC)('killed by SIGKILL while its validator starts, takes it and all files with it', async () => {
    const devnet = await launch(['--block', BLOCK, '--shards', '1', '--validators', '1']);
    await devnet.said(/Signing transfers/);
    await expect.poll(() => devnet.processes(), { timeout: PATIENCE_MS }).toHaveLength(2);
    expect(await devnet.litter(0)).toContainEqual(expect.stringMatching(/genesis\.json$/));
    devnet.child.kill('SIGKILL');
    await devnet.ended;
    expect(await devnet.litter(PATIENCE_MS)).toEqual([]);
  });

  test('a disk that is full is told, wherever it becomes full', async ({ skip }) => {
    const folder = await mkdtemp(join(tmpdir(), 'ios-full-'));
    try {
      // The first has no room for genesis and keys, the second none for blocks.
      for (const size of ['24k', '96k']) {
        const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
        if (mounted.status !== 0) {
          console.log('skipped: a full disk is a small tmpfs, and this user may not mount one');
          skip();
        }
        const devnet = await launch(['--block', BLOCK, '--shards', '1', '--validators', '1', '--json'], folder);
        const { code, stdout, stderr } = await devnet.ended;
        const { message } = JSON.parse(stderr).error as { message: string };
        expect(message, size).toMatch(/[Tt]he disk.* is full\. Free some space/);
        expect([code, stdout]).toEqual([1, '']);
        expect(await devnet.litter(0), size).toEqual([]);
        spawnSync('umount', [folder]);
      }
    } finally {
      spawnSync('umount', ['-l', folder]);
      await rm(folder, { recursive: true, force: true });
    }
  });
});
