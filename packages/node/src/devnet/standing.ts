import { bytesToHex } from '@noble/hashes/utils.js';
import type { KnownBlock } from '../shard/values.ts';
import type { Tracked } from './submission.ts';

/** What the blocks of one shard have done about transfers, as one validator shows them. */
export interface Standing {
  /**
   * Takes the next block, and returns the transfers for which this shard has nothing more to do but to drop its record: it has
   * committed, or made the last output of a credit.
   */
  take(block: KnownBlock): readonly Tracked[];
  /** Height of the last block that did something about a transfer, 0 before the first. */
  readonly height: number;
  /** How many transfers were voted on and not decided yet. */
  readonly records: number;
  /** How many it gave up. */
  readonly aborted: number;
}

/** Where transfers stand in a shard before its first block; `byName` has them by id in hex. */
export const createStanding = (shard: number, byName: ReadonlyMap<string, Tracked>): Standing => {
  const records = new Set<string>();
  const credited = new Map<string, Set<number>>();
  let height = 0;
  let aborted = 0;

  /** Whether an output that came as a credit was the last that was missing. */
  const isLast = ({ name, parties }: Tracked, index: number): boolean => {
    const before = credited.get(name) ?? new Set();
    credited.set(name, before);
    if (before.has(index)) return false;
    return before.add(index).size === parties.outputShards.filter((one) => one === shard).length;
  };

  return {
    get height() {
      return height;
    },
    get records() {
      return records.size;
    },
    get aborted() {
      return aborted;
    },
    take({ block, ids, entries }) {
      const done: Tracked[] = [];
      const find = (id: Uint8Array): Tracked | undefined => {
        const transfer = byName.get(bytesToHex(id));
        if (transfer !== undefined) height = block.header.height;
        return transfer;
      };
      for (const { verified } of entries) {
        if (verified?.kind === 'credits') {
          for (const piece of verified.evidence)
            for (const { id, index } of piece.type === 'credits' ? piece.credits : []) {
              const transfer = find(id);
              if (transfer !== undefined && isLast(transfer, index)) done.push(transfer);
            }
          continue;
        }
        const transfer = verified !== undefined && 'id' in verified ? find(verified.id) : undefined;
        if (transfer === undefined) continue;
        if (verified?.kind === 'commit') done.push(transfer);
        else records.delete(transfer.name);
        if (verified?.kind === 'abort') aborted += 1;
      }
      for (const id of ids) {
        const transfer = find(id);
        if (transfer === undefined) continue;
        if (transfer.parties.voters.length > 1) records.add(transfer.name);
        else done.push(transfer);
      }
      return done;
    },
  };
};
