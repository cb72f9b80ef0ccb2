import type { StatusAnswer } from '@ios/client/methods';
import { Command } from 'commander';
import { readiness } from '../rpc/readiness.ts';
import { clientOf, type NodeOptions, withNode } from './node-options.ts';

interface StatusOptions extends NodeOptions {
  readonly json: boolean;
}

/** `ios status`. */
export const statusCommand = (): Command =>
  withNode(new Command('status'))
    .option('--json', 'print the status as JSON', false)
    .addHelpText('after', '\nExample: ios status --config network/validator-0/config.json')
    .action(status);

async function status(options: StatusOptions): Promise<void> {
  const client = await clientOf(options, { retries: 0, timeoutMs: 10_000 });
  const answer = await client.call('getStatus', {});
  process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : statusTable(answer));
}

/** A status as a table of two columns. */
export function statusTable(status: StatusAnswer): string {
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
    ['epoch', `${status.epoch}, shard ${status.shard}`],
    ['peers', String(status.peers.length)],
    ['mempool', `${mempool.transactions} transactions, ${mempool.bytes} bytes, ${mempool.waiting} waiting`],
    ['evidence', String(status.evidence)],
    ['up', duration(status.uptimeMs)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(9)} ${value}\n`).join('');
}

function roleOf({ member, validators, votesLost }: StatusAnswer): string {
  if (votesLost) return `validator of ${validators} that signs nothing`;
  return member < 0 ? `observer of ${validators} validators` : `validator ${member} of ${validators}`;
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
