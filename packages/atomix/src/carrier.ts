import type { Entry } from './entry.ts';
import type { Evidence } from './evidence.ts';
import type { Leaf } from './leaf.ts';
import { otherVoters, partiesOf } from './parties.ts';
import type { Placement } from './placement.ts';
import type { HeldRecord } from './record.ts';
import { soundRules } from './rules.ts';
import type { ShardProof } from './shard-proof.ts';
import type { HeldView } from './view.ts';

/** A proof and what it shows. */
export interface Shown {
  readonly proof: ShardProof;
  readonly evidence: Evidence;
}

/**
 * What a record waits for: of each shard named, that it accepted, or that it is done; or of one of them, that it is a step
 * ahead, or aborts.
 */
export interface Need {
  readonly shards: readonly number[];
  readonly wanted: 'accepts' | 'done';
  /** The carrier, where this shard waits for what that does; undefined where it hears of all by themselves. */
  readonly hub: number | undefined;
}

/** What a record of a shard waits for, so that whoever serves that shard knows where to ask. */
export function needOf(record: HeldRecord, shard: number, place: Placement): Need {
  const [voters, wanted] =
    record.status === 'pending'
      ? [partiesOf(record.body, place).voters, 'accepts' as const]
      : [record.voters, 'done' as const];
  return { shards: otherVoters(voters, shard), wanted, hub: hubOf(voters, shard) };
}

/**
 * The shards that need a leaf of this one, whose validators carry what their own blocks say. What concerns a transaction is
 * for other voters of it: of two each tells the other, of three and more the carrier all others, and they the carrier. A
 * reject is for all. Of two, nobody needs the release of who has shown its commit. A credit is for its receiver, a cursor
 * for its carrier.
 */
export function receiversOf(
  leaf: Leaf,
  shard: number,
  votersOf: (id: Uint8Array) => readonly number[] | undefined,
): number[] {
  if (leaf.type === 'credit') return [leaf.receiver];
  if (leaf.type === 'cursor') return [leaf.carrier];
  const voters = votersOf(leaf.id) ?? [];
  const hub = hubOf(voters, shard);
  if (leaf.type === 'release' && (hub !== undefined || voters.length === 2)) return [];
  const isReject = leaf.type === 'vote' && leaf.verdict === 'reject';
  return hub === undefined || isReject ? otherVoters(voters, shard) : [hub];
}

/** The carrier of three voters or more, for the others. */
const hubOf = (voters: readonly number[], shard: number): number | undefined =>
  voters.length > 2 && voters[0] !== shard ? voters[0] : undefined;

/** The entry that can be made of what was shown for a record, or `undefined` if it has to wait. */
export function nextDecision(
  id: Uint8Array,
  record: HeldRecord,
  shard: number,
  place: Placement,
  shown: readonly Shown[],
): Entry | undefined {
  const { shards: others } = needOf(record, shard, place);
  if (record.status === 'committed') {
    const released =
      one(shown, (piece) => soundRules.showsRelease(piece, others, id, record.expiry)) ??
      each(others, shown, (piece, other) => soundRules.showsCommit(piece, [other], id));
    return released && { kind: 'release', id, proofs: released };
  }
  const committed =
    one(shown, (piece) => soundRules.showsCommit(piece, others, id)) ??
    each(others, shown, (piece, other) => soundRules.showsAccept(piece, other, id));
  if (committed !== undefined) return { kind: 'commit', id, proofs: committed };
  const { expiry } = record.body;
  const aborts = one(shown, (piece) => soundRules.showsAbort(piece, others, id, expiry));
  return aborts && { kind: 'abort', id, proofs: aborts };
}

/** The entry that applies the longest run of what was shown of a carrier's queue, or `undefined` if the next number is not in it. */
export function nextCredits(
  view: HeldView,
  carrier: number,
  shard: number,
  shown: readonly Shown[],
): Entry | undefined {
  const { next } = view.cursor(carrier);
  return best(
    shown,
    ({ evidence }) => {
      if (evidence.type !== 'credits' || evidence.shard !== carrier || evidence.receiver !== shard) return undefined;
      const end = evidence.first + BigInt(evidence.credits.length);
      return evidence.first <= next && next < end ? end : undefined;
    },
    'credits',
  );
}

/** The entry that drops the most of the queue for a receiver, or `undefined` if nothing shown moves it. */
export function nextTrim(view: HeldView, receiver: number, shard: number, shown: readonly Shown[]): Entry | undefined {
  const { first, end } = view.span(receiver);
  return best(
    shown,
    ({ evidence }) => {
      if (evidence.type !== 'cursor' || evidence.shard !== receiver || evidence.carrier !== shard) return undefined;
      return first < evidence.next && evidence.next <= end ? evidence.next : undefined;
    },
    'trim',
  );
}

/** The first proof that shows what is wanted; `undefined` if none does. */
function one(shown: readonly Shown[], shows: (piece: Evidence) => boolean): ShardProof[] | undefined {
  const found = shown.find(({ evidence }) => shows(evidence));
  return found && [found.proof];
}

/** For each shard in order the first proof that shows what is wanted of it; `undefined` unless there is one for all. */
function each(
  shards: readonly number[],
  shown: readonly Shown[],
  shows: (piece: Evidence, shard: number) => boolean,
): ShardProof[] | undefined {
  const picked = shards.flatMap((shard) => shown.find(({ evidence }) => shows(evidence, shard))?.proof ?? []);
  return picked.length === shards.length ? picked : undefined;
}

/** The proof with the greatest reach, as an entry. */
function best(
  shown: readonly Shown[],
  reach: (shown: Shown) => bigint | undefined,
  kind: 'credits' | 'trim',
): Entry | undefined {
  let found: { readonly proof: ShardProof; readonly to: bigint } | undefined;
  for (const candidate of shown) {
    const to = reach(candidate);
    if (to !== undefined && (found === undefined || to > found.to)) found = { proof: candidate.proof, to };
  }
  return found && { kind, proofs: [found.proof] };
}
