/** A refusal with a stable code. */
export interface Refused {
  readonly status: 'rejected';
  readonly code: string;
  readonly message: string;
}

const refused = (code: string, message: string): Refused => ({ status: 'rejected', code, message });

/** A body that breaks a rule of the ledger, named by the ledger's code. */
export const invalid = (code: string): Refused => refused(code, `the transaction is not valid: ${code}`);

/** Bytes that are no transaction; `why` is the decoder's word. */
export const malformed = (why: string): Refused => refused('malformed', why);

type Reason =
  | 'badWitness'
  | 'invalidOwner'
  | 'conflict'
  | 'overtaken'
  | 'held'
  | 'notHere'
  | 'falseStatement'
  | 'full'
  | 'crowdedOut'
  | 'madeRoom'
  | 'crowdedSender'
  | 'crowdedForwarding';

/** What is refused in one way only. */
export const REFUSALS: Readonly<Record<Reason, Refused>> = {
  badWitness: refused('bad-witness', 'a signature does not hold'),
  invalidOwner: refused('invalid-owner', 'an output has no valid owner'),
  conflict: refused('conflict', 'a pending transaction spends the same output'),
  overtaken: refused('conflict', 'a final transaction spends the same output, or one that it depends on'),
  held: refused(
    'conflict',
    'a transaction that is not decided yet holds an output that it spends; if that one is aborted, the output comes back under another name',
  ),
  notHere: refused('not-here', 'none of the outputs that it spends lives in this shard'),
  falseStatement: refused('false-statement', 'an output that it spends has another amount or owner than it states'),
  full: refused('pool-full', 'the pool is full; try again later'),
  crowdedOut: refused('pool-full', 'it waited for an unknown output and had to make room; send its parents, then it'),
  madeRoom: refused('pool-full', 'it had to make room for a sender with less in the pool; send it again later'),
  crowdedSender: refused('peer-budget', 'this sender has too much in the pool; try again when some of it is final'),
  crowdedForwarding: refused(
    'peer-budget',
    'as much as may be passed on to other shards in a second was; try again later, or at a node of its shard',
  ),
};

/** Codes that say something of the sender alone: from another the same transaction may be welcome. */
export const OF_THE_SENDER: ReadonlySet<string> = new Set([REFUSALS.crowdedSender.code, REFUSALS.notHere.code]);
