import type { Genesis } from '@ios/client';
import { genesisHash } from '@ios/client';
import { expect } from 'vitest';
import { type Audit, createAudit } from '../../src/devnet/audit.ts';
import { verifyFates } from '../../src/devnet/fates.ts';
import { createFollower, type Follower } from '../../src/devnet/follower.ts';
import { auditFurther, verifyAll, verifyPlaces, verifySupply } from '../../src/devnet/verification.ts';
import { nodeHasher } from '../../src/hasher.ts';
import type { Payment } from './payment-stream.ts';
import type { ShardWatch } from './shard-watch.ts';

/**
 * Verifies what a campaign came to, when every validator shows every payment done. What was ever shown is there still, as
 * each validator now has it on its disk; the chain of each shard is audited from genesis with the certificates and heads of
 * each of its validators; every shard did its part in every payment, and nothing else is in the chains; no record and no
 * credit is left; the supply of all shards together is that of genesis; every validator says the same. Returns the audits.
 */
export const verifyCampaign = async (
  genesis: Genesis,
  watches: readonly ShardWatch[],
  payments: readonly Payment[],
): Promise<readonly Audit[]> => {
  const audits: Audit[] = [];
  for (const [shard, { follower }] of watches.entries()) {
    const shown = await shownStill(genesis, follower);
    const audit = createAudit(genesis, shard, nodeHasher);
    await auditFurther(audit, shown, shown.shown.blocks.length);
    const ours = payments.filter(({ parties }) => parties.participants.includes(shard));
    expect(audit.steps.size).toBe(ours.length);
    for (const member of follower.members) {
      await verifyPlaces(
        member,
        ours.map(({ name }) => name),
        audit,
      );
      await verifySupply(member, audit);
    }
    audits.push(audit);
  }
  verifyAll(genesis, audits);
  expect(verifyFates(payments, audits)).toEqual([]);
  return audits;
};

/** What validators show now, up to where they were followed, with the heads that they claimed before. */
const shownStill = async (genesis: Genesis, first: Follower): Promise<Pick<Follower, 'members' | 'shown'>> => {
  const { members } = first;
  const blocks = [...first.shown.blocks];
  const second = createFollower({ members, chain: genesisHash(genesis), hasher: nodeHasher });
  while (Math.min(...second.heights) < blocks.length) await second.poll();
  expect(second.shown.blocks.slice(0, blocks.length)).toEqual(blocks);
  const heads = first.shown.heads.map((claimed, k) => new Map([...claimed, ...second.shown.heads[k]!]));
  return { members, shown: { ...second.shown, blocks, heads } };
};
