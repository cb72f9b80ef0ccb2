import { checkBody, type Input, spend, type TransactionBody, transactionId } from '@ios/ledger';
import { sameBytes } from './bytes.ts';
import { rulesOf, type ShardContext } from './context.ts';
import type { Leaf, Verdict } from './leaf.ts';
import type { AtomixOverlay } from './overlay.ts';
import { consignments, feeOf, feeShare, type Parties, partiesOf } from './parties.ts';
import { type Rejected, type Rejection, rejected } from './rejection.ts';
import type { Finding } from './rules.ts';

/** What one entry did: its share of fees for this shard in atomic units, and its leaves of the outbox. */
export interface Executed {
  readonly valid: true;
  readonly fee: bigint;
  readonly leaves: readonly Leaf[];
}

/**
 * Executes a transaction whose witnesses hold, in a shard of its inputs. The only voter spends and pays out at once; one of
 * several votes, or cannot yet: an input that is not there (spent, or not yet made: the table cannot tell) is no vote.
 */
export function transact(overlay: AtomixOverlay, body: TransactionBody, context: ShardContext): Executed | Rejected {
  const rules = rulesOf(context);
  const epoch = rules.voteEpoch(context.epoch, body.expiry);
  const checked = checkBody(body, { ...context, epoch });
  if (!checked.valid) return checked;
  const parties = partiesOf(body, context.place);
  if (!parties.voters.includes(context.shard)) return rejected({ code: 'not-a-voter' });
  const id = transactionId(body, context.hasher);
  const mine = body.inputs.filter((_, i) => parties.inputShards[i] === context.shard);
  const found = mine.map((input) => ({ input, ...look(overlay, input, id) }));
  const own = found.find(({ finding }) => finding === 'held');
  if (own !== undefined) return rejected({ code: 'held', id });
  const problem = found.find(({ finding }) => finding !== 'there');
  if (parties.voters.length === 1) {
    return problem === undefined ? spendHere(overlay, id, body, parties, context) : rejected(problem.rejection!);
  }
  if (problem === undefined) {
    for (const { outpoint } of rules.taken(mine)) spend(overlay.outputs.slot(outpoint));
    overlay.setHeld(id, { status: 'pending', body });
    return vote(id, 'accept');
  }
  const against = found.some(({ finding }) => finding !== 'held' && rules.rejects(finding));
  return against ? vote(id, 'reject') : rejected(problem.rejection!);
}

const vote = (id: Uint8Array, verdict: Verdict): Executed => ({
  valid: true,
  fee: 0n,
  leaves: [{ type: 'vote', id, verdict }],
});

/** One voter: no vote and no record. */
function spendHere(
  overlay: AtomixOverlay,
  id: Uint8Array,
  body: TransactionBody,
  parties: Parties,
  context: ShardContext,
): Executed {
  for (const { outpoint } of body.inputs) spend(overlay.outputs.slot(outpoint));
  return payOut(overlay, id, body, parties, context);
}

/** What a voter owes once a transaction is committed: its own outputs, its share of the fee and, as the carrier, the credits. */
export function payOut(
  overlay: AtomixOverlay,
  id: Uint8Array,
  body: TransactionBody,
  parties: Parties,
  context: ShardContext,
): Executed {
  const { shard } = context;
  body.outputs.forEach((output, index) => {
    if (parties.outputShards[index] === shard) overlay.create({ id, index }, output);
  });
  const consigned = rulesOf(context).carries(parties.voters, shard) ? consignments(id, body, parties) : [];
  const leaves = consigned.flatMap(({ receiver, credits }) =>
    credits.map(
      (credit): Leaf => ({
        type: 'credit',
        receiver,
        number: overlay.enqueue(receiver, credit),
        credit,
      }),
    ),
  );
  return { valid: true, fee: feeShare(feeOf(body), parties.participants, shard), leaves };
}

/** What is under an input: the finding, and why an only voter could not spend it. */
interface Look {
  readonly finding: Finding | 'held';
  readonly rejection?: Rejection;
}

function look(overlay: AtomixOverlay, { outpoint, amount, owner }: Input, id: Uint8Array): Look {
  const { now, spent } = overlay.outputs.slot(outpoint);
  if (now !== undefined) {
    if (now.amount === amount && sameBytes(now.owner, owner)) return { finding: 'there' };
    return { finding: 'other-coin', rejection: { code: 'false-statement', outpoint, found: now } };
  }
  const holder = overlay.holder(outpoint);
  if (holder === undefined) {
    return { finding: 'missing', rejection: { code: spent ? 'double-spend' : 'missing-input', outpoint } };
  }
  if (sameBytes(holder, id)) return { finding: 'held' };
  return { finding: 'held-by-another', rejection: { code: 'held-by-another', outpoint, holder } };
}
