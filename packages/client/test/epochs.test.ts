import { encodeCertificate, endorsedBytes, maskOf } from '@ios/bft';
import { merkleRoot } from '@ios/crypto/merkle';
import { type BlockHeader, blockHash } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import {
  type BeaconValue,
  type CertifiedValue,
  decodeBeaconValue,
  decodeEpochRecord,
  decodeShardEntry,
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
} from '../src/epochs.ts';
import { committeeOf, type TrustedNetwork } from '../src/index.ts';

const zero = new Uint8Array(32);
const bytesOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const chain = bytesOf(1);
const committee = committeeOf([1, 2, 3, 4].map(bytesOf));

/** A network of four whose signatures are the bytes that they are for. */
const network: TrustedNetwork = {
  chain,
  name: 'four',
  scope: { chain, instance: 'shard/0' },
  committee,
  scheme: { verify: ({ signature }, endorsed) => bytesToHex(signature) === bytesToHex(endorsed) },
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
  readonly microState?: Partial<MicroState>;
  readonly header?: Partial<BlockHeader>;
  readonly record?: Partial<EpochRecord>;
  readonly signed?: Partial<Signed>;
};
const next = ({ epoch: ended, microStates }: RecordHead, change: Change = {}): CertifiedValue => {
  const epoch = ended + 1;
  const microState: MicroState = {
    epoch: ended,
    first: ended * BLOCKS + 1,
    before: pointedEpochs(ended).map((at) => ({ epoch: at, hash: microStates[at]! })),
    headerRoot: bytesOf(5),
    transactionRoot: bytesOf(6),
    stateRoot: zero,
    registryRoot: zero,
    committee: [0, 1, 2, 3].map((seat) => ({ seat, roster: 0 })),
    ...change.microState,
  };
  const header: BlockHeader = {
    ...{ chain, shard: 0, epoch: ended, stepEntry: zero, height: epoch * BLOCKS, previous: zero },
    ...{ parentCertificate: zero, executionDigest: zero, transactionRoot: zero, outboxRoot: zero, proposer: 0 },
    entryRoot: merkleRoot([encodeShardEntry({ kind: 'microState', microState })]),
    ...change.header,
  };
  const value = encodeEpochRecord({
    epoch,
    randomness: bytesOf(epoch),
    selection: bytesOf(epoch + 100),
    closings: [{ header, microState }],
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
    expect(head.microStates.length).toBe(6);
    expect(head.microStates[5]).toEqual(blockHash(head.record!.closings[0]!.header));
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

  test.each<[string, Change]>([
    ['certified by too few', { signed: { members: [0, 1] } }],
    ['certified in another instance', { signed: { instance: 'beacon' } }],
    ['certified in another epoch', { signed: { epoch: 3 } }],
    ['certified at another height', { signed: { height: 3 } }],
    ['of another digest', { signed: { digest: zero } }],
    ['with a smaller roster', { record: { roster: [0, 1, 2] } }],
    ['with another roster', { record: { roster: [0, 1, 2, 4] } }],
    ['with no end of the epoch before', { record: { closings: [] } }],
    ['of a block of another chain', { header: { chain: zero } }],
    ['of a block of another shard', { header: { shard: 1 } }],
    ['of a block of another epoch', { header: { epoch: 2 } }],
    ['of a block of another committee', { header: { stepEntry: chain } }],
    ['of a block that says something else', { header: { entryRoot: zero } }],
    ['of the end of another epoch', { microState: { epoch: 2 } }],
    ['of an epoch that begins elsewhere', { microState: { first: 30 } }],
    ['of an epoch that ends before it begins', { header: { height: 5 } }],
    ['that points at too few', { microState: { before: [] } }],
    ['that points at others', { microState: { before: [2, 1].map((epoch) => ({ epoch, hash: zero })) } }],
    ['of another committee', { microState: { committee: [1, 0, 2, 3].map((seat) => ({ seat, roster: 0 })) } }],
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
