import type { BeaconAnswer, BeaconProgressAnswer, StatusAnswer } from '@ios/client/methods';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Command } from 'commander';
import { NodeError } from '../errors.ts';
import { readiness } from '../rpc/readiness.ts';
import { rpcUrlOf } from './config.ts';
import { count } from './count.ts';
import { checkNodeFiles } from './doctor/node-files.ts';
import { clientOf, type NodeOptions, withNode } from './node-options.ts';
import { givenPassword } from './password.ts';

interface StatusOptions extends NodeOptions {
  readonly json: boolean;
}

/** `ios status`. */
export const statusCommand = (): Command =>
  withNode(new Command('status'))
    .option('--json', 'print the status as JSON', false)
    .addHelpText(
      'after',
      `
With --config it fails where another node answers on the port: by its identity, if the configuration names a password file.
Example: ios status --config network/validator-0/config.json`,
    )
    .action(status);

async function status(options: StatusOptions): Promise<void> {
  const client = await clientOf(options, { retries: 0, timeoutMs: 10_000 });
  const [answer, beacon] = await Promise.all([client.call('getStatus', {}), client.call('getBeacon', {})]);
  if (options.config !== undefined && options.rpc === undefined) await assertOwn(answer, options.config);
  process.stdout.write(
    options.json ? `${JSON.stringify({ ...answer, randomness: beacon })}\n` : statusTable(answer, beacon),
  );
}

/** Throws `NodeError` (`other-node`) where the key or the genesis of a configuration is not that of the node that answered. */
async function assertOwn({ identity, chain, name }: StatusAnswer, configFile: string): Promise<void> {
  const { files } = await checkNodeFiles(configFile, async ({ passwordFile }) =>
    passwordFile === undefined ? undefined : givenPassword({ passwordFile }),
  );
  const wanted = files.identity ?? (files.chain && bytesToHex(files.chain));
  const found = files.identity === undefined ? chain : identity;
  if (wanted === undefined || wanted === found) return;
  const what = files.identity === undefined ? 'genesis' : 'identity';
  const place = files.config === undefined ? '' : ` at ${rpcUrlOf(files.config.rpc)}`;
  throw new NodeError(
    'other-node',
    `Another node answers${place}: it has the ${what} ${found} (network ${name}), the one of ${configFile} has ${wanted}. ` +
      `Stop it, or choose another rpc.port in ${configFile} (ios join takes --rpc-port), and start this node.`,
    { found, wanted },
  );
}

/** A status as a table of two columns, with the last recorded randomness where there is one. */
export function statusTable(status: StatusAnswer, beacon: BeaconAnswer | null): string {
  const { mempool } = status;
  const state = readiness({ ...status, halted: status.halted ?? undefined });
  const rows: readonly (readonly [string, string])[] = [
    ['network', status.name],
    ['chain', status.chain],
    ['version', status.version],
    ['identity', status.identity],
    ['role', roleOf(status)],
    ['state', state.ready ? 'ready' : `not ready. ${state.reason}`],
    ['height', `${status.height}, view ${status.view}, ${status.stage}`],
    ['epoch', String(status.epoch)],
    ['shard', `${status.shard} of ${status.shards}, ${count(status.seats, 'seat')}`],
    ['random', beacon === null ? 'none recorded yet' : `${beacon.randomness} (epoch ${beacon.epoch})`],
    ['beacon', status.beacon === null ? 'takes no part yet' : progressOf(status.beacon)],
    ['peers', String(status.peers.length)],
    [
      'mempool',
      `${count(mempool.transactions, 'transaction')}, ${count(mempool.bytes, 'byte')}, ${mempool.waiting} waiting`,
    ],
    ['evidence', String(status.evidence)],
    ['up', duration(status.uptimeMs)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(9)} ${value}\n`).join('');
}

/** What is done for the randomness that is being made, and by whom. */
function progressOf({ epoch, attempt, electionView, phase, leader, excluded, withheld }: BeaconProgressAnswer): string {
  return [
    `epoch ${epoch}, attempt ${attempt}, election view ${electionView}, ${phase}`,
    ...(leader === null ? [] : [`led by ${leader}`]),
    ...(excluded.length === 0 ? [] : [`excluded: ${excluded.join(' ')}`]),
    ...(withheld.length === 0 ? [] : [`withheld: ${withheld.join(' ')}`]),
  ].join(', ');
}

function roleOf({ member, validators, seats, votesLost }: StatusAnswer): string {
  if (votesLost) return `validator of ${validators} that signs nothing`;
  return member < 0 ? `observer of ${count(validators, 'validator')}` : `validator ${member} of ${seats}`;
}

/** Days, hours, minutes and seconds, from the largest that is not 0. */
function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  return (first < 0 ? parts.slice(-1) : parts.slice(first)).map(([value, unit]) => `${value} ${unit}`).join(' ');
}
