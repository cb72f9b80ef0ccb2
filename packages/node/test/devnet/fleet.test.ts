import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startFleet } from '../../src/devnet/fleet.ts';

/** Says that it is ready under the name of its configuration and its own id; lives until its standard input closes or `die`. */
const VALIDATOR = `
const rpc = 'http://' + process.argv.at(-1) + '/' + process.pid;
console.log(JSON.stringify({ event: 'ready', rpc }));
if (process.argv[2] === 'dies') setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);
process.stdin.on('close', () => process.exit()).resume();
`;

let folder: string;
let script: string;
const ending = { controller: new AbortController() };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-fleet-'));
  script = join(folder, 'validator.mjs');
  await writeFile(script, VALIDATOR);
  ending.controller = new AbortController();
});
afterEach(() => rm(folder, { recursive: true }));

const fleet = (commands: readonly string[]) =>
  startFleet(
    commands.map((command, k) => ({ script, command: [command], config: `v${k}` })),
    () => {},
    ending.controller.signal,
  );

describe('the validators of a devnet', () => {
  test('one that ends by itself is told', async () => {
    const running = await fleet(['lives', 'dies']);
    await expect(running.broken).rejects.toThrow(/^Validator 1 was ended by SIGKILL/);
    await running.stop();
  });

  test('one whose end is planned is not, and is started again under the same client', async () => {
    const running = await fleet(['lives', 'dies']);
    const { url } = running.clients[1]!;
    await running.expectEnd(1);
    await running.startAgain(1, { script, command: ['lives'], config: 'v1' });
    expect(running.clients[1]!.url).toMatch(/^http:\/\/v1\//);
    expect(running.clients[1]!.url).not.toBe(url);
    let broken = false;
    running.broken.catch(() => {
      broken = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(broken).toBe(false);
    ending.controller.abort(new Error('enough'));
    await expect(running.broken).rejects.toThrow('enough');
    await running.stop();
  });

  test('one end is planned, not two', async () => {
    const running = await fleet(['dies']);
    await running.expectEnd(0);
    await running.startAgain(0, { script, command: ['dies'], config: 'v0' });
    await expect(running.broken).rejects.toThrow(/^Validator 0 was ended by SIGKILL/);
    await running.stop();
  });
});
