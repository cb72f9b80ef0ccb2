import type { StatusAnswer } from '@ios/client/methods';
import { hexToBytes } from '@noble/hashes/utils.js';
import { createVoteGuard } from '../../instance/vote-guard.ts';
import { takeKeyIntoUse, votesFolder } from '../../keys/key-in-use.ts';
import { layoutOf, shardOf } from '../../layout.ts';
import { votingInstances } from '../../node.ts';
import { STORE_FORMAT } from '../../shard/chain-store.ts';
import { inspectLevelStore, openLevelStore } from '../../store/level.ts';
import type { Store } from '../../store/store.ts';
import { exists } from '../files.ts';
import { type Finding, failed, fault, ok, skipped } from './finding.ts';
import type { NodeFiles } from './node-files.ts';

const REMEDY =
  'Restore the data folder as it was last used, or retire the key: with the votes forgotten it could contradict itself. ' +
  'Until then the node follows the chain and signs nothing.';

/**
 * Whether the data folder knows how the key has voted: what is marked beside the key is held against the record in the
 * data. `running` is what this very node says, which then has both open.
 */
export async function checkVotes(files: NodeFiles, running: StatusAnswer | undefined): Promise<Finding> {
  const { config, genesis, chain, identity } = files;
  if (running?.votesLost) {
    return fault('votes', 'The node that runs signs nothing: its data does not know how the key has voted.', REMEDY);
  }
  if (running !== undefined) return ok('votes', 'The node that runs has the key in use.');
  if (config === undefined || genesis === undefined || chain === undefined || identity === undefined) {
    return skipped('votes', 'Whether the data knows the votes of the key: key or genesis cannot be read.');
  }
  if (!(await exists(votesFolder(config.key, chain)))) return ok('votes', 'The key has not voted on this chain.');
  try {
    const inUse = await takeKeyIntoUse(config.key, chain);
    try {
      const voter = { chain, key: hexToBytes(identity) };
      const instances = votingInstances(shardOf(layoutOf(genesis), voter.key).shard);
      const marks: string[] = [];
      for (const { name: instance } of instances) {
        const mark = await inUse.votes.read({ ...voter, instance });
        if (mark !== undefined) marks.push(`height ${mark.height}, view ${mark.view} of ${instance}`);
      }
      if (marks.length === 0) return ok('votes', 'The key has not voted on this chain.');
      const said = `The key has voted up to ${marks.join('; ')}`;
      const forgotten = await withData(config.data, chain, async (data) => {
        return (await createVoteGuard(data, inUse.votes, voter, instances)).forgotten;
      });
      if (!forgotten) return ok('votes', `${said}, or a little further; the data knows how.`);
      return fault('votes', `${said}, and ${config.data} does not know how.`, REMEDY);
    } finally {
      await inUse.release();
    }
  } catch (error) {
    return failed('votes', error, 'Stop the other process, or restore the folder beside the key from a copy.');
  }
}

/** The data of this chain, opened for a moment; what is not there knows nothing. */
async function withData<Result>(
  path: string,
  chain: Uint8Array,
  look: (store: Pick<Store, 'get'>) => Promise<Result>,
): Promise<Result> {
  const label = { format: STORE_FORMAT, chain };
  if ((await inspectLevelStore(path, label)) === 'absent') return look({ get: async () => undefined });
  const store = await openLevelStore(path, label);
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}
