import { decodeEntry, type Entry, encodeEntry, placementOver } from '@ios/atomix';
import { type CertificateScheme, encodeCertificate, endorsedBytes, maskOf } from '@ios/bft';
import { merkleRoot } from '@ios/crypto/merkle';
import { type BlockHeader, blockHash } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import {
  type BeaconValue,
  type CertifiedValue,
  type Closing,
  decodeBeaconValue,
  decodeEpochRecord,
  decodeShardEntry,
  type EndedEpochs,
  type EpochRecord,
  encodeBeaconValue,
  encodeEpochRecord,
  encodeShardEntry,
  followRecord,
  type MicroState,
  outputClaim,
  pointedEpochs,
  type RecordHead,
  recordDigest,
  recordZero,
  resultDigest,
  type ShardEntry,
} from '../src/epochs.ts';
import { committeeOf, type TrustedNetwork } from '../src/index.ts';

const zero = new Uint8Array(32);
const bytesOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const chain = bytesOf(1);
const committee = committeeOf([1, 2, 3, 4].map(bytesOf));

/** A network of four in two shards whose signatures are the bytes that they are for. */
const SEATS = [
  [0, 3],
  [1, 2],
];
const scheme: CertificateScheme = {
  verify: ({ signature }, endorsed) => bytesToHex(signature) === bytesToHex(endorsed),
};
const network: TrustedNetwork = {
  ...{ chain, name: 'four', committee, scheme, place: placementOver(2) },
  shards: SEATS.map((seats, shard) => ({
    ...{ shard, seats, scheme, scope: { chain, instance: `shard/${shard}` } },
    committee: seats.map((seat) => committee[seat]!),
  })),
};

interface Signed {
  readonly members?: readonly number[];
  readonly instance?: string;
  readonly epoch: number;
  readonly height: number;
  readonly digest: Uint8Array;
}
const certify = ({ members = [0, 1, 3], instance = 'record', epoch, height, digest }: Signed): Uint8Array => {
  const slot = { height, view: 0, phase: 'commit' } as const;
  const signature = endorsedBytes({ chain, instance }, { epoch, stepEntry: zero, committee }, slot, digest);
  return encodeCertificate({ view: 0, mask: maskOf(members, 4), signature });
};

/** How far epochs reach in these records: ten blocks each. */
const BLOCKS = 10;
type Change = {
  /** What is different about how the second shard ended its epoch. */
  readonly microState?: Partial<MicroState>;
  readonly header?: Partial<BlockHeader>;
  readonly closings?: (closings: readonly Closing[]) => readonly Closing[];
  readonly record?: Partial<EpochRecord>;
  readonly signed?: Partial<Signed>;
};
/** How a shard ends the first epoch that is not recorded. */
const closingOf = (shard: number, before: EndedEpochs, change: Change = {}): Closing => {
  const ended = before.microStates.length;
  const blocks = BLOCKS + shard;
  const microState: MicroState = {
    epoch: ended,
    first: ended * blocks + 1,
    before: pointedEpochs(ended).map((at) => ({ epoch: at, hash: before.microStates[at]! })),
    headerRoot: bytesOf(5),
    transactionRoot: bytesOf(6),
    stateRoot: zero,
    registryRoot: zero,
    committee: SEATS[shard]!.map((seat) => ({ seat, roster: 0 })),
    ...change.microState,
  };
  const header: BlockHeader = {
    ...{ chain, shard, epoch: ended, stepEntry: zero, height: (ended + 1) * blocks, previous: zero },
    ...{ parentCertificate: zero, executionDigest: zero, transactionRoot: zero, outboxRoot: zero, proposer: 0 },
    entryRoot: merkleRoot([encodeShardEntry({ kind: 'microState', microState })]),
    ...change.header,
  };
  return { header, microState };
};
const next = (head: RecordHead, change: Change = {}): CertifiedValue => {
  const epoch = head.epoch + 1;
  const closings = head.ended.flatMap((ended, shard) => {
    const all: Closing[] = [];
    for (let before = ended; before.microStates.length < epoch; ) {
      const closing = closingOf(shard, before, shard === 1 ? change : {});
      all.push(closing);
      before = { microStates: [...before.microStates, blockHash(closing.header)], height: closing.header.height };
    }
    return all;
  });
  const value = encodeEpochRecord({
    epoch,
    randomness: bytesOf(epoch),
    selection: bytesOf(epoch + 100),
    closings: change.closings?.(closings) ?? closings,
    roster: [0, 1, 2, 3],
    registryDeltas: [],
    ...change.record,
  });
  const signed = { epoch, height: epoch, digest: recordDigest(value), ...change.signed };
  return { height: epoch, value, certificate: certify(signed) };
};
/** Follows so many records that hold. */
const after = (records: number): RecordHead => {
  let head = recordZero(network);
  while (head.epoch < records) head = followRecord(network, head, next(head))!;
  return head;
};

describe('the chain of records', () => {
  test('is followed from genesis, one record after another', () => {
    const head = after(6);
    expect(head).toMatchObject({ epoch: 6, randomness: bytesOf(6) });
    expect(head.ended.map(({ microStates }) => microStates.length)).toEqual([6, 6]);
    const [first, second] = head.record!.closings.map(({ header }) => blockHash(header));
    expect(head.ended.map(({ microStates }) => microStates[5])).toEqual([first, second]);
    expect(first).not.toEqual(second);
    expect(pointedEpochs(6)).toEqual([5, 4, 2]);
    expect(pointedEpochs(0)).toEqual([]);
  });

  test('a record is followed by the next alone', () => {
    const head = after(3);
    const record = next(head);
    expect(followRecord(network, after(2), record)).toBeUndefined();
    expect(followRecord(network, after(4), record)).toBeUndefined();
    expect(followRecord(network, head, { ...record, height: 5 })).toBeUndefined();
    expect(followRecord(network, head, { ...record, value: record.value.subarray(1) })).toBeUndefined();
    expect(followRecord(network, head, { ...record, certificate: Uint8Array.of(1) })).toBeUndefined();
    expect(followRecord(network, head, record)).toMatchObject({ epoch: 4 });
  });

  test('a shard that is late is shown in a later record, each of its epochs in order', () => {
    const late = { closings: ([one]: readonly Closing[]) => [one!] };
    let head = after(2);
    for (const _ of [1, 2]) head = followRecord(network, head, next(head, late))!;
    expect(head.ended.map(({ microStates }) => microStates.length)).toEqual([4, 2]);
    const caughtUp = followRecord(network, head, next(head))!;
    expect(caughtUp.ended).toEqual(after(5).ended);
    // Its last epoch without those before it is no sequel, nor are they in another order.
    const left = { closings: (all: readonly Closing[]) => [all[0]!, all.at(-1)!] };
    expect(followRecord(network, head, next(head, left))).toBeUndefined();
    const turned = { closings: ([one, ...others]: readonly Closing[]) => [one!, ...others.reverse()] };
    expect(followRecord(network, head, next(head, turned))).toBeUndefined();
    // None may be shown before its time.
    const one = after(3);
    const early = { closings: (all: readonly Closing[]) => [...all, closingOf(1, after(4).ended[1]!)] };
    expect(followRecord(network, one, next(one, early))).toBeUndefined();
  });

  test.each<[string, Change]>([
    ['certified by too few', { signed: { members: [0, 1] } }],
    ['certified in another instance', { signed: { instance: 'beacon' } }],
    ['certified in another epoch', { signed: { epoch: 3 } }],
    ['certified at another height', { signed: { height: 3 } }],
    ['of another digest', { signed: { digest: zero } }],
    ['with a smaller roster', { record: { roster: [0, 1, 2] } }],
    ['with another roster', { record: { roster: [0, 1, 2, 4] } }],
    ['with one end more than there are shards', { closings: ([one, two]) => [one!, two!, two!] }],
    ['with the ends in another order', { closings: ([one, two]) => [two!, one!] }],
    ['with the end of one shard twice', { closings: ([one]) => [one!, one!] }],
    ['of a block of another chain', { header: { chain: zero } }],
    ['of a block of another shard', { header: { shard: 2 } }],
    ['of a block of another epoch', { header: { epoch: 2 } }],
    ['of a block of another committee', { header: { stepEntry: chain } }],
    ['of a block that says something else', { header: { entryRoot: zero } }],
    ['of the end of another epoch', { microState: { epoch: 2 } }],
    ['of an epoch that begins elsewhere', { microState: { first: 30 } }],
    ['of an epoch that ends before it begins', { header: { height: 5 } }],
    ['that points at too few', { microState: { before: [] } }],
    [
      'that points at those of another shard',
      { microState: { before: [2, 1].map((epoch) => ({ epoch, hash: after(3).ended[0]!.microStates[epoch]! })) } },
    ],
    ['that points at others', { microState: { before: [2, 1].map((epoch) => ({ epoch, hash: zero })) } }],
    ['of another order of the committee', { microState: { committee: [2, 1].map((seat) => ({ seat, roster: 0 })) } }],
    ["of another shard's committee", { microState: { committee: [0, 3].map((seat) => ({ seat, roster: 0 })) } }],
    ['of all validators', { microState: { committee: [0, 1, 2, 3].map((seat) => ({ seat, roster: 0 })) } }],
    ['of keys of another roster', { microState: { committee: [1, 2].map((seat) => ({ seat, roster: 1 })) } }],
  ])('does not take a record %s', (_, change) => {
    const head = after(3);
    expect(followRecord(network, head, next(head, change))).toBeUndefined();
  });
});

const output: BeaconValue = { kind: 'output', epoch: 3, attempt: 1, selection: bytesOf(8), randomness: bytesOf(9) };
const certified = (value: BeaconValue, signed: Partial<Signed> = {}): CertifiedValue => {
  const bytes = encodeBeaconValue(value);
  const decided = { instance: 'beacon', epoch: 3, height: 7, digest: resultDigest(bytes), ...signed };
  return { height: decided.height, value: bytes, certificate: certify(decided) };
};

describe('an output', () => {
  test('is claimed with what its certificate signs', () => {
    const claim = outputClaim(network, 3, certified(output))!;
    expect(claim.output).toEqual(output);
    expect(network.scheme.verify(claim.certificate, claim.endorsed, claim.committee)).toBe(true);
    expect(outputClaim(network, 4, certified(output))).toBeUndefined();
    expect(outputClaim(network, 3, certified(output, { height: 6 }))).toBeUndefined();
    expect(outputClaim(network, 3, certified(output, { members: [1, 2] }))).toBeUndefined();
    const failed: BeaconValue = { kind: 'failed', epoch: 3, attempt: 1, withholders: [2] };
    expect(outputClaim(network, 3, certified(failed))).toBeUndefined();
  });
});

/** A commit on another shard's acceptance. */
const commit: Extract<ShardEntry, { kind: 'atomix' }>['entry'] = {
  kind: 'commit',
  id: bytesOf(3),
  proofs: [
    {
      form: 'outbox',
      header: zero,
      certificate: chain,
      size: 1,
      index: 0,
      leaves: [new Uint8Array(15).fill(7)],
      path: [],
    },
  ],
};

describe('an entry', () => {
  test('is no transaction: these stand among the transactions', () => {
    const coin = { outpoint: { id: zero, index: 0 }, amount: 2n, owner: bytesOf(1) };
    const outputs = [{ amount: 1n, owner: bytesOf(1) }];
    const body = { chain, kind: 'transfer' as const, expiry: 1, inputs: [coin], outputs };
    const entry: Entry = { kind: 'transaction', transaction: { body, witnesses: [new Uint8Array(64)] } };
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
    expect(() => encodeShardEntry({ kind: 'atomix', entry } as unknown as ShardEntry)).toThrow('among');
    expect(decodeShardEntry(Uint8Array.of(3, ...encodeEntry(entry)))).toBeUndefined();
    expect(decodeShardEntry(Uint8Array.of(3, ...encodeEntry(commit)))).toEqual({ kind: 'atomix', entry: commit });
  });
});

describe('each encoding is the only one', () => {
  const samples: readonly [string, Uint8Array, (bytes: Uint8Array) => Uint8Array | undefined][] = [
    ['an output', encodeBeaconValue(output), again(decodeBeaconValue, encodeBeaconValue)],
    [
      'a selection',
      encodeBeaconValue({ kind: 'selection', epoch: 1, attempt: 0, selection: Uint8Array.of(1, 2) }),
      again(decodeBeaconValue, encodeBeaconValue),
    ],
    [
      'a failure',
      encodeBeaconValue({ kind: 'failed', epoch: 1, attempt: 0, withholders: [1, 3] }),
      again(decodeBeaconValue, encodeBeaconValue),
    ],
    [
      'a close',
      encodeShardEntry({ kind: 'close', output: certified(output) }),
      again(decodeShardEntry, encodeShardEntry),
    ],
    [
      'a commit across shards',
      encodeShardEntry({ kind: 'atomix', entry: commit }),
      again(decodeShardEntry, encodeShardEntry),
    ],
    ['a record', next(after(2)).value, again(decodeEpochRecord, encodeEpochRecord)],
  ];

  test.each(samples)('of %s', (_, bytes, round) => {
    expect(round(bytes)).toEqual(bytes);
    for (let length = 0; length < bytes.length; length++) expect(round(bytes.subarray(0, length))).toBeUndefined();
    expect(round(Uint8Array.of(...bytes, 0))).toBeUndefined();
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.map((byte, at) => (at === i ? byte ^ 0x81 : byte));
      const back = round(changed);
      if (back !== undefined) expect(back).toEqual(changed);
    }
  });

  test('names stand once, in their order', () => {
    const failure = encodeBeaconValue({ kind: 'failed', epoch: 1, attempt: 0, withholders: [1, 3] });
    const swapped = failure.slice();
    swapped.set(failure.subarray(-2), failure.length - 4);
    expect(decodeBeaconValue(swapped)).toBeUndefined();
  });
});

function again<Value>(
  decode: (bytes: Uint8Array) => Value | undefined,
  encode: (value: Value) => Uint8Array,
): (bytes: Uint8Array) => Uint8Array | undefined {
  return (bytes) => {
    const value = decode(bytes);
    return value === undefined ? undefined : encode(value);
  };
}
