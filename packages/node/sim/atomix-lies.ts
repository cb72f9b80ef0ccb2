import { HELD_TABLE, type HeldRecord, type Leaf, otherVoters, partiesOf, type ShardProof } from '@ios/atomix';
import { type Rules, soundRules } from '@ios/atomix/testing';
import type { ShardEntry } from '@ios/client/epochs';
import {
  type BlockHeader,
  blockHash,
  decodeHeader,
  HEADER_BYTES,
  type Transaction,
  type TransactionBody,
} from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { nodeHasher } from '../src/hasher.ts';
import type { KnownBlock, KnownEntry } from '../src/shard/values.ts';
import type { ShardedGenesis } from './atomix-genesis.ts';
import type { Lore } from './atomix-lore.ts';
import { spoilt } from './atomix-wallets.ts';

/** What a leader sees when it has a block to propose. */
export interface Sight {
  /** The block that an honest one would propose. */
  readonly honest: KnownBlock;
  readonly shard: number;
  readonly sharded: ShardedGenesis;
  readonly lore: Lore;
}

/** A block that is wrong in one way. */
export interface Falsehood {
  readonly transactions: readonly Transaction[];
  readonly entries: readonly ShardEntry[];
  /** The rules by which its outbox comes about; the sound ones unless given. */
  readonly rules?: Rules;
  /** What becomes of its header once all the rest is right. */
  readonly bend?: (header: BlockHeader) => BlockHeader;
}

/** One way to be wrong. */
interface Way {
  /** Such a block, where there is what it takes. */
  make(sight: Sight): Falsehood | undefined;
  /** What whoever refuses it says. */
  readonly refusal: RegExp;
  /** Whether there is rarely what it takes. */
  readonly needs: boolean;
}

const contents = ({ honest: { block, entries } }: Sight): Pick<Falsehood, 'transactions' | 'entries'> => ({
  transactions: block.transactions,
  entries: entries.map(({ entry }) => entry),
});

const isLast = ({ honest: { entries } }: Sight): boolean => entries[0]?.entry.kind === 'microState';

/** The honest block with one more entry, which stands last; none in the last block of an epoch. */
const withEntry = (
  sight: Sight,
  entry: Extract<ShardEntry, { kind: 'atomix' }>['entry'],
  rules: Partial<Rules>,
): Falsehood | undefined => {
  if (isLast(sight)) return undefined;
  const { transactions, entries } = contents(sight);
  return { transactions, entries: [...entries, { kind: 'atomix', entry }], rules: { ...soundRules, ...rules } };
};

/** Records of the shard of this kind that the honest block leaves alone, with their ids. */
const records = <Status extends HeldRecord['status']>({ honest, shard, lore }: Sight, status: Status) => {
  const touched = new Set(
    honest.entries.flatMap(({ verified }) =>
      verified !== undefined && 'id' in verified ? bytesToHex(verified.id) : [],
    ),
  );
  const { held } = lore.shards[shard]!;
  return held.entries().flatMap(({ table, key }) => {
    const record = table === HELD_TABLE && !touched.has(bytesToHex(key)) ? held.held(key) : undefined;
    return record?.status === status ? [{ id: key, record: record as Extract<HeldRecord, { status: Status }> }] : [];
  });
};

const entriesOfKind = (sight: Sight, shard: number, kind: string) =>
  sight.lore.entries(shard, ({ verified, entry }) => (verified?.kind ?? entry.kind) === kind);

/** A commit or an abort of a pending transaction of this shard by what others say of another one. */
const replay =
  (kind: 'commit' | 'abort', says: (leaf: Leaf) => boolean, wanted: 'each' | 'one', rules: Partial<Rules>) =>
  (sight: Sight): Falsehood | undefined => {
    for (const { id, record } of records(sight, 'pending')) {
      const others = otherVoters(partiesOf(record.body, sight.sharded.place).voters, sight.shard);
      const isReplayed = (leaf: Leaf): boolean => says(leaf) && 'id' in leaf && Buffer.compare(leaf.id, id) !== 0;
      const proofs = others.flatMap((shard) => sight.lore.proof(shard, isReplayed) ?? []);
      const number = wanted === 'each' ? others.length : 1;
      if (proofs.length >= number) return withEntry(sight, { kind, id, proofs: proofs.slice(0, number) }, rules);
    }
    return undefined;
  };

/** The entry with the certificate of another phase in its first proof, where that is known. */
const lowered = ({ entry }: KnownEntry, { lore }: Sight): ShardEntry | undefined => {
  if (entry.kind !== 'atomix') return undefined;
  const [first, ...rest] = entry.entry.proofs;
  if (first?.form !== 'outbox') return undefined;
  const hash = bytesToHex(blockHash(decodeHeader(first.header.slice(0, HEADER_BYTES)), nodeHasher));
  const certificate = lore.prepared.get(hash);
  if (certificate === undefined) return undefined;
  const proofs: ShardProof[] = [{ ...first, certificate }, ...rest];
  return { kind: 'atomix', entry: { ...entry.entry, proofs } };
};

/** Whether all inputs of a transaction that live in this shard are there as it states them. */
const isSpend = ({ inputs }: TransactionBody, { shard, sharded, lore }: Sight): boolean =>
  inputs.every(({ outpoint, amount, owner }) => {
    if (sharded.place(owner) !== shard) return true;
    const found = lore.shards[shard]!.outputs.get(outpoint);
    return found?.amount === amount && Buffer.compare(found.owner, owner) === 0;
  });

const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));

/** The ways in which a leader lies. */
export const WAYS = {
  'commit without accepts': {
    make(sight) {
      const pending = records(sight, 'pending')[0];
      return pending && withEntry(sight, { kind: 'commit', id: pending.id, proofs: [] }, { mustAccept: () => [] });
    },
    refusal: /an entry does not apply/,
    needs: true,
  },
  'commit by accepts of another': {
    make: replay('commit', (leaf) => leaf.type === 'vote' && leaf.verdict === 'accept', 'each', {
      showsAccept: () => true,
    }),
    refusal: /an entry does not apply/,
    needs: true,
  },
  'commit by the commit of another': {
    make: replay('commit', ({ type }) => type === 'commit', 'one', { showsCommit: () => true }),
    refusal: /an entry does not apply/,
    needs: true,
  },
  'abort by a reject of another': {
    make: replay('abort', (leaf) => leaf.type === 'vote' && leaf.verdict === 'reject', 'one', {
      showsAbort: () => true,
    }),
    refusal: /an entry does not apply/,
    needs: true,
  },
  'prepare certificate as proof': {
    make(sight) {
      const { transactions, entries } = contents(sight);
      const changed = sight.honest.entries.map((known) => lowered(known, sight));
      const at = changed.findIndex((entry) => entry !== undefined);
      if (at < 0) return undefined;
      return { transactions, entries: entries.map((entry, i) => (i === at ? changed[at]! : entry)) };
    },
    refusal: /a signature or an owner is not valid/,
    needs: true,
  },
  'credits again': {
    make(sight) {
      const before = entriesOfKind(sight, sight.shard, 'credits').at(-1)?.entry;
      return before?.kind === 'atomix' ? withEntry(sight, before.entry, { known: () => 0 }) : undefined;
    },
    refusal: /an entry does not apply/,
    needs: true,
  },
  'credits out of order': {
    make(sight) {
      const { shard, lore } = sight;
      for (const carrier of lore.shards.keys()) {
        const { next } = lore.shards[shard]!.held.cursor(carrier);
        const proof = lore.proof(
          carrier,
          (leaf) => leaf.type === 'credit' && leaf.receiver === shard && leaf.number > next,
        );
        if (proof === undefined || isLast(sight)) continue;
        const { transactions, entries } = contents(sight);
        const others = entries.filter((entry) => entry.kind !== 'atomix' || entry.entry.kind !== 'credits');
        const entry: ShardEntry = { kind: 'atomix', entry: { kind: 'credits', proofs: [proof] } };
        return { transactions, entries: [...others, entry], rules: { ...soundRules, known: () => 0 } };
      }
      return undefined;
    },
    refusal: /does not apply/,
    needs: true,
  },
  'release before the others': {
    make(sight) {
      for (const { id, record } of records(sight, 'committed')) {
        const others = otherVoters(record.voters, sight.shard);
        const isAccept = (leaf: Leaf): boolean =>
          leaf.type === 'vote' && leaf.verdict === 'accept' && Buffer.compare(leaf.id, id) === 0;
        const proofs = others.flatMap((shard) => sight.lore.proof(shard, isAccept) ?? []);
        if (proofs.length === others.length)
          return withEntry(sight, { kind: 'release', id, proofs }, { showsCommit: () => true });
      }
      return undefined;
    },
    refusal: /an entry does not apply/,
    needs: true,
  },
  'vote after the expiry': {
    make(sight) {
      const { honest, shard, lore } = sight;
      if (isLast(sight)) return undefined;
      const { transactions, entries } = contents(sight);
      const late = lore.payments.find(
        ({ body, parties }) =>
          body.expiry < honest.block.header.epoch && parties.voters.includes(shard) && isSpend(body, sight),
      );
      if (late === undefined) return undefined;
      const rules: Rules = { ...soundRules, voteEpoch: (_epoch, expiry) => expiry };
      return { transactions: [late.transaction, ...transactions], entries, rules };
    },
    refusal: /a transaction does not apply/,
    needs: true,
  },
  'spent twice': {
    make(sight) {
      const { transactions, entries } = contents(sight);
      // A vote to reject spends nothing, and may be repeated.
      const again = transactions.find(({ body }) => isSpend(body, sight));
      return again && { transactions: [...transactions, again], entries };
    },
    refusal: /a transaction does not apply/,
    needs: true,
  },
  'bad witness': {
    make(sight) {
      const { transactions, entries } = contents(sight);
      const [first, ...rest] = transactions;
      return first && { transactions: [spoilt(first), ...rest], entries };
    },
    refusal: /a signature or an owner is not valid/,
    needs: true,
  },
  'wrong outbox root': {
    make: (sight) => ({
      ...contents(sight),
      bend: (header) => ({ ...header, outboxRoot: flip(header.outboxRoot) }),
    }),
    refusal: /outboxRoot is wrong/,
    needs: false,
  },
  'wrong execution digest': {
    make: (sight) => ({
      ...contents(sight),
      bend: (header) => ({ ...header, executionDigest: flip(header.executionDigest) }),
    }),
    refusal: /executionDigest is wrong/,
    needs: false,
  },
  'wrong state root': {
    make(sight) {
      const entry = contents(sight).entries[0];
      if (entry?.kind !== 'microState') return undefined;
      const { microState } = entry;
      const stateRoot = flip(microState.stateRoot);
      return { transactions: [], entries: [{ kind: 'microState', microState: { ...microState, stateRoot } }] };
    },
    refusal: /it does not end the epoch as the blocks before do/,
    needs: true,
  },
  'epoch ends too early': {
    make(sight) {
      const last = entriesOfKind(sight, sight.shard, 'microState').at(-1)?.entry;
      if (last?.kind !== 'microState' || isLast(sight)) return undefined;
      const { epoch } = sight.honest.block.header;
      return { transactions: [], entries: [{ ...last, microState: { ...last.microState, epoch } }] };
    },
    refusal: /it has an entry that it may not have/,
    needs: false,
  },
  'close with an old output': {
    make(sight) {
      const { transactions, entries } = contents(sight);
      const old = entriesOfKind(sight, sight.shard, 'close').findLast(
        ({ epoch }) => epoch < sight.honest.block.header.epoch,
      );
      if (old === undefined || isLast(sight)) return undefined;
      return { transactions, entries: [old.entry, ...entries.filter(({ kind }) => kind !== 'close')] };
    },
    refusal: /too early, or again|no output of the beacon/,
    needs: false,
  },
} as const satisfies Record<string, Way>;

/** What a lying leader proposes. */
export type Lie = keyof typeof WAYS;

/** All lies. */
export const LIES = Object.keys(WAYS) as readonly Lie[];
