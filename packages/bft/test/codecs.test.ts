import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { encodeCertificate, endorsedBytes, type HeightContext, type Scope } from '../src/index.ts';
import {
  decodeMessage,
  encodeMessage,
  encodeRecord,
  encodeShare,
  encodeUnsigned,
  type Message,
  proposalBytes,
  viewChangeBytes,
} from '../src/testing.ts';

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);
const times = (byte: string, n: number): string => byte.repeat(n);
const u32 = (n: number): string => n.toString(16).padStart(8, '0');

const certificate = { view: 5, mask: Uint8Array.of(0x0b), signature: Uint8Array.of(1, 2, 3) };
const certificateHex = `${u32(5)}00010b${u32(3)}010203`;
const claim = { view: 4, digest: filled(32, 0xdd) };
const viewChange = {
  height: 9,
  view: 6,
  member: 258,
  prepared: claim,
  attachment: Uint8Array.of(0xaa, 0xbb),
  signature: filled(64, 0x55),
};
const unsignedHex = `${u32(9)}${u32(6)}010201${u32(4)}${times('dd', 32)}0002aabb`;
const viewChangeHex = `${unsignedHex}${times('55', 64)}`;

/** Layouts as the documentation of the wire format has them, written out byte by byte. */
const vectors: readonly (readonly [Message, string])[] = [
  [
    {
      TAG: 'proposal',
      data: {
        height: 9,
        view: 6,
        digest: filled(32, 0xee),
        opening: [viewChange],
        proof: certificate,
        signature: filled(64, 0x77),
      },
    },
    `01${u32(9)}${u32(6)}${times('ee', 32)}0001${viewChangeHex}01${certificateHex}${times('77', 64)}`,
  ],
  [
    {
      TAG: 'proposal',
      data: {
        height: 1,
        view: 0,
        digest: filled(32, 0xee),
        opening: [],
        proof: undefined,
        signature: filled(64, 0x77),
      },
    },
    `01${u32(1)}${u32(0)}${times('ee', 32)}000000${times('77', 64)}`,
  ],
  [
    { TAG: 'certified', data: { height: 9, phase: 'prepare', digest: filled(32, 0xee), certificate } },
    `02${u32(9)}01${times('ee', 32)}${certificateHex}`,
  ],
  [
    { TAG: 'certified', data: { height: 9, phase: 'commit', digest: filled(32, 0xee), certificate } },
    `02${u32(9)}02${times('ee', 32)}${certificateHex}`,
  ],
  [{ TAG: 'viewChange', data: { viewChange, proof: certificate } }, `03${viewChangeHex}01${certificateHex}`],
  [{ TAG: 'wantValue', data: { digest: filled(32, 0xee) } }, `04${times('ee', 32)}`],
  [{ TAG: 'value', data: { value: Uint8Array.of(1, 2) } }, `05${u32(2)}0102`],
  [{ TAG: 'status', data: { height: 0xffff_ffff } }, '06ffffffff'],
  [{ TAG: 'wantDecisions', data: { from: 7 } }, `07${u32(7)}`],
  [
    {
      TAG: 'decisions',
      data: { decisions: [{ height: 9, digest: filled(32, 0xee), certificate, value: Uint8Array.of(1) }] },
    },
    `080001${u32(9)}${times('ee', 32)}${certificateHex}${u32(1)}01`,
  ],
];

for (const [message, bytes] of vectors)
  test(`${message.TAG} has its documented layout`, () => {
    expect(bytesToHex(encodeMessage(message))).toBe(bytes);
    expect(decodeMessage(hexToBytes(bytes))).toEqual(message);
  });

test('certificates, shares, records and the signed part of view-changes have their documented layouts', () => {
  expect(bytesToHex(encodeCertificate(certificate))).toBe(certificateHex);
  const share = { height: 9, view: 6, phase: 'commit' as const, digest: filled(32, 0xee), signature: filled(64, 0x77) };
  expect(bytesToHex(encodeShare(share))).toBe(`${u32(9)}${u32(6)}02${times('ee', 32)}${times('77', 64)}`);
  expect(encodeShare(share)).toHaveLength(105);
  expect(bytesToHex(encodeUnsigned(viewChange))).toBe(unsignedHex);
  const record = {
    scope: filled(32, 1),
    epoch: 2,
    height: 3,
    view: 4,
    votes: { propose: filled(32, 5), prepare: undefined, commit: filled(32, 6) },
    lock: { digest: filled(32, 7), certificate },
    values: [filled(32, 8)],
  };
  expect(bytesToHex(encodeRecord(record))).toBe(
    `${times('01', 32)}${u32(2)}${u32(3)}${u32(4)}01${times('05', 32)}0001${times('06', 32)}` +
      `01${times('07', 32)}${certificateHex}0001${times('08', 32)}`,
  );
});

test('lengths are checked against the bytes that are there, before anything is allocated', () => {
  const huge = [
    '05ffffffff00',
    `02${u32(9)}01${times('ee', 32)}${u32(5)}ffff0b`,
    `02${u32(9)}01${times('ee', 32)}${u32(5)}00010bffffffff01`,
    '08ffff',
    `01${u32(9)}${u32(6)}${times('ee', 32)}ffff${viewChangeHex}`,
  ];
  const before = process.memoryUsage().arrayBuffers;
  for (const bytes of huge) expect(decodeMessage(hexToBytes(bytes))).toBeUndefined();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
});

describe('flags, phases and tags have two, two and eight values', () => {
  const bad = [
    `02${u32(9)}00${times('ee', 32)}${certificateHex}`,
    `02${u32(9)}03${times('ee', 32)}${certificateHex}`,
    `03${viewChangeHex}02${certificateHex}`,
    `03${u32(9)}${u32(6)}0102ff${u32(4)}${times('dd', 32)}0002aabb${times('55', 64)}00`,
    '0000000000',
    '0900000000',
    '',
  ];
  for (const bytes of bad)
    test(`refused: ${bytes.slice(0, 24)}…`, () => expect(decodeMessage(hexToBytes(bytes))).toBeUndefined());
});

test('an attachment has at most 1 024 bytes', () => {
  const of = (length: number): string =>
    `03${u32(9)}${u32(6)}010200${length.toString(16).padStart(4, '0')}${times('aa', length)}${times('55', 64)}00`;
  expect(decodeMessage(hexToBytes(of(1024)))?.TAG).toBe('viewChange');
  expect(decodeMessage(hexToBytes(of(1025)))).toBeUndefined();
});

describe('signed bytes', () => {
  const scope: Scope = { chain: filled(32, 1), instance: 'shard/é' };
  const context: HeightContext = { epoch: 7, stepEntry: filled(32, 2), committee: [] };
  const digest = filled(32, 3);
  const part = (bytes: Uint8Array): Uint8Array => concatBytes(hexToBytes(u32(bytes.length)), bytes);
  const hash = (purpose: string, ...parts: Uint8Array[]): string =>
    bytesToHex(sha256(concatBytes(...[utf8ToBytes(`ios/bft/v1/${purpose}`), ...parts].map(part))));
  const instance = utf8ToBytes('shard/é');
  const scoped = concatBytes(
    filled(32, 1),
    Uint8Array.of(0, instance.length),
    instance,
    hexToBytes(u32(7)),
    filled(32, 2),
    hexToBytes(u32(8)),
    hexToBytes(u32(9)),
  );

  test('are the tagged hash of scope, height, view and what is said', () => {
    const slot = { height: 8, view: 9 };
    expect(bytesToHex(endorsedBytes(scope, context, { ...slot, phase: 'prepare' }, digest))).toBe(
      hash('endorsement', scoped, Uint8Array.of(1), digest),
    );
    expect(bytesToHex(endorsedBytes(scope, context, { ...slot, phase: 'commit' }, digest))).toBe(
      hash('endorsement', scoped, Uint8Array.of(2), digest),
    );
    expect(bytesToHex(proposalBytes(scope, context, 8, 9, digest))).toBe(hash('proposal', scoped, digest));
    expect(bytesToHex(viewChangeBytes(scope, context, 8, 9, digest))).toBe(hash('view-change', scoped, digest));
  });

  test('differ in every part of what they are about', () => {
    const slot = { height: 8, view: 9, phase: 'prepare' as const };
    const all = [
      endorsedBytes(scope, context, slot, digest),
      endorsedBytes({ ...scope, chain: filled(32, 9) }, context, slot, digest),
      endorsedBytes({ ...scope, instance: 'shard/1' }, context, slot, digest),
      endorsedBytes(scope, { ...context, epoch: 8 }, slot, digest),
      endorsedBytes(scope, { ...context, stepEntry: filled(32, 9) }, slot, digest),
      endorsedBytes(scope, context, { ...slot, height: 9 }, digest),
      endorsedBytes(scope, context, { ...slot, view: 8 }, digest),
      endorsedBytes(scope, context, { ...slot, phase: 'commit' }, digest),
      endorsedBytes(scope, context, slot, filled(32, 9)),
    ];
    expect(new Set(all.map(bytesToHex)).size).toBe(all.length);
  });

  test('one context used under two scopes keeps them apart', () => {
    const other = { ...scope, instance: 'beacon' };
    const once = bytesToHex(proposalBytes(other, context, 8, 9, digest));
    proposalBytes(scope, context, 8, 9, digest);
    expect(bytesToHex(proposalBytes(other, context, 8, 9, digest))).toBe(once);
  });
});
