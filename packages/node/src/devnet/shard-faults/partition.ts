import { readFileSync, watchFile } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import type { Genesis } from '@ios/client';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ValidatorParts } from '../../cli/run-validator.ts';
import { NodeError } from '../../errors.ts';
import { layoutOf } from '../../layout.ts';
import type { PeerAddress } from '../../network/network.ts';
import type { ClientTime } from '../client-time.ts';
import type { ReplayProgress } from '../replay.ts';

/** A cut between shards that was played, as plain data for `--json`. */
export interface PartitionSummary {
  readonly fault: 'shard-partition';
  /** From the cut to its end, in ms. */
  readonly cutMs: number;
  /** Transfers that were final when nobody was connected to another shard any more, and when the cut ended. */
  readonly finalBefore: number;
  readonly finalAfter: number;
  /** For each shard the blocks that it decided in between. */
  readonly blocks: readonly number[];
  /** From the end of the cut until all transfers were final, in ms. */
  readonly recoveredAfterMs: number;
}

/** Follows a replay, cuts the shards off from each other in it, and connects them again. */
export interface Partition {
  onProgress(progress: ReplayProgress): void;
  /** What came of it, once the replay is over. @throws NodeError `fault` where there was no cut, or a shard stood still in it. */
  summary(): PartitionSummary;
}

/** How long shards are apart, once they are. */
const CUT_MS = 8_000;
/** How often a validator looks for whom it may talk to, in ms. */
const WATCH_MS = 100;

type Groups = readonly (readonly PeerAddress[])[];

/** The validators of each shard, with their addresses. */
const groupsOf = (genesis: Genesis): Groups =>
  layoutOf(genesis).shards.map(({ seats }) =>
    seats.map((seat) => {
      const { identity, addresses } = genesis.validators[seat]!;
      return { peer: bytesToHex(identity), addresses };
    }),
  );

/** A cut that begins when all transfers have been handed in; `file` tells validators whom they may talk to. */
export const createPartition = (
  genesis: Genesis,
  file: string,
  { now }: Pick<ClientTime, 'now'>,
  onEvent: (text: string) => void,
): Partition => {
  const groups = groupsOf(genesis);
  const { shards } = layoutOf(genesis);
  const heights = ({ statuses }: ReplayProgress): number[] =>
    shards.map(({ seats }) => Math.max(...seats.map((seat) => statuses[seat]?.height ?? 0)));
  const isApart = ({ statuses }: ReplayProgress): boolean =>
    shards.every(({ seats }) => seats.every((seat) => (statuses[seat]?.peers.length ?? 0) < seats.length));

  let asked = false;
  let apart: { readonly at: number; readonly final: number; readonly heights: readonly number[] } | undefined;
  let joined: { readonly at: number; readonly final: number; readonly heights: readonly number[] } | undefined;
  let doneAt: number | undefined;
  /** Replaced whole, so that nobody reads half of it. */
  const tell = async (who: Groups): Promise<void> => {
    await writeFile(`${file}.new`, JSON.stringify(who));
    await rename(`${file}.new`, file);
  };
  let telling: Promise<unknown> = Promise.resolve();
  let failure: unknown;
  const say = (who: Groups): void => {
    telling = telling
      .then(() => tell(who))
      .catch((cause: unknown) => {
        failure ??= cause;
      });
  };

  return {
    onProgress(progress) {
      const { final, total, accepted } = progress;
      if (failure !== undefined) throw failure;
      if (!asked && accepted === total) {
        asked = true;
        say(groups);
      } else if (asked && apart === undefined && isApart(progress)) {
        apart = { at: now(), final, heights: heights(progress) };
        onEvent(`The shards are cut off from each other, with ${final} of ${total} transfers final`);
      } else if (apart !== undefined && joined === undefined && now() - apart.at >= CUT_MS) {
        joined = { at: now(), final, heights: heights(progress) };
        say([groups.flat()]);
        onEvent(
          `The cut ends after ${Math.round((now() - apart.at) / 1000)} s, with ${final} of ${total} transfers final`,
        );
      }
      if (final === total) doneAt ??= now();
    },
    summary() {
      const refuse = (what: string): never => {
        throw new NodeError('fault', what);
      };
      if (apart === undefined || joined === undefined || doneAt === undefined)
        return refuse('All transfers were final before the cut between the shards was over. Take a larger --block.');
      const blocks = joined.heights.map((height, shard) => height - apart!.heights[shard]!);
      if (blocks.some((count) => count === 0))
        return refuse('A shard decided nothing while it was cut off from others.');
      return {
        fault: 'shard-partition',
        cutMs: Math.round(joined.at - apart.at),
        finalBefore: apart.final,
        finalAfter: joined.final,
        blocks,
        recoveredAfterMs: Math.round(doneAt - joined.at),
      };
    },
  };
};

/** The parts of a validator that connects to those alone that the file puts into its group, from when there is one. */
export const dividedBy = (file: string, parts: ValidatorParts): ValidatorParts => {
  const { network } = parts;
  watchFile(file, { interval: WATCH_MS, persistent: false }, ({ size }) => {
    if (size === 0) return;
    const groups = JSON.parse(readFileSync(file, 'utf8')) as Groups;
    const own = groups.find((group) => group.some(({ peer }) => peer === network.self));
    if (own !== undefined) network.setPeers(own);
  });
  return parts;
};
