import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { CRASH_STEPS, FAULTS } from '../../src/devnet/faults/plan.ts';
import type { DevnetSummary } from '../../src/devnet/summary.ts';
import { buildIos, type Ended, launchDevnet } from './launch.ts';

const BLOCK = new URL('../data/mainnet-227836.raw', import.meta.url).pathname;
const VALIDATORS = Number(process.env['VALIDATORS'] ?? 7);
const ROUNDS = Number(process.env['ROUNDS'] ?? 1);
/** For a machine that does much else. */
const PATIENCE_MS = 600_000;

let script: string;
beforeAll(async () => {
  script = await buildIos();
});

const faults = [
  ...FAULTS.filter((fault) => fault !== 'leader-crash'),
  ...CRASH_STEPS.map((at) => `leader-crash@${at}`),
];

/** Runs `ios` to its end in a folder. */
const ios = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });

test.each(Array.from({ length: ROUNDS }, () => faults).flat())(
  'whoever is faulty, and however, every epoch has its randomness, and files of it verify in a clean folder: %s',
  async (fault) => {
    const args = [
      '--block',
      BLOCK,
      '--shards',
      '1',
      '--validators',
      `${VALIDATORS}`,
      '--fault',
      fault,
      '--watch',
      '--json',
    ];
    const devnet = await launchDevnet(script, args);
    const clean = await mkdtemp(join(tmpdir(), 'ios-clean-'));
    try {
      const summary = JSON.parse(await devnet.said(/\n}\n$/, PATIENCE_MS)) as DevnetSummary & { rpc: string[] };
      console.log(JSON.stringify(summary.fault));
      expect(summary.fault?.fault).toBe(fault);
      expect(summary.epochs.length).toBeGreaterThan(summary.fault!.epoch);
      const files = await readdir(devnet.temporary, { recursive: true });
      const genesis = files.find((file) => file.endsWith('genesis.json'))!;
      await copyFile(join(devnet.temporary, genesis), join(clean, 'genesis.json'));
      const sources = summary.rpc.flatMap((url) => ['--rpc', url]);
      const get = ['beacon', 'get', '--genesis', 'genesis.json', ...sources];
      for (const { epoch } of summary.epochs)
        expect(await ios(clean, ...get, `${epoch}`, '-o', `${epoch}.beacon`)).toMatchObject({ code: 0 });
      devnet.child.kill('SIGINT');
      expect(await devnet.ended).toMatchObject({ code: 130, stderr: '' });
      expect(await devnet.litter(0)).toEqual([]);
      for (const { epoch, randomness } of summary.epochs) {
        const { stdout } = await ios(
          clean,
          'beacon',
          'verify',
          `${epoch}.beacon`,
          '--genesis',
          'genesis.json',
          '--json',
        );
        expect(JSON.parse(stdout)).toMatchObject({ valid: true, epoch, randomness });
      }
    } finally {
      await devnet.clean();
      await rm(clean, { recursive: true, force: true });
    }
  },
);
