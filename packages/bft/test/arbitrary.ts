import fc from 'fast-check';
import type { Certificate, Claim, Decision, Phase, ViewChange } from '../src/index.ts';
import type { Message, Share } from '../src/testing.ts';

const u32 = fc.nat(0xffff_ffff);
const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const upTo = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: length });
const phase = fc.constantFrom<Phase>('prepare', 'commit');
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

export const certificates: fc.Arbitrary<Certificate> = fc.record({ view: u32, mask: upTo(4), signature: upTo(200) });

const claims: fc.Arbitrary<Claim> = fc.record({ view: u32, digest: bytes(32) });

const viewChanges: fc.Arbitrary<ViewChange> = fc.record({
  height: u32,
  view: u32,
  member: fc.nat(0xffff),
  prepared: maybe(claims),
  attachment: upTo(40),
  signature: bytes(64),
});

const decisions: fc.Arbitrary<Decision> = fc.record({
  height: u32,
  digest: bytes(32),
  certificate: certificates,
  value: upTo(60),
});

const as =
  <T extends Message['TAG']>(TAG: T) =>
  (data: Extract<Message, { TAG: T }>['data']): Message =>
    ({ TAG, data }) as Message;

export const messages: fc.Arbitrary<Message> = fc.oneof(
  fc
    .record({
      height: u32,
      view: u32,
      digest: bytes(32),
      opening: fc.array(viewChanges, { maxLength: 4 }),
      proof: maybe(certificates),
      signature: bytes(64),
    })
    .map(as('proposal')),
  fc.record({ height: u32, phase, digest: bytes(32), certificate: certificates }).map(as('certified')),
  fc.record({ viewChange: viewChanges, proof: maybe(certificates) }).map(as('viewChange')),
  fc.record({ digest: bytes(32) }).map(as('wantValue')),
  fc.record({ value: upTo(100) }).map(as('value')),
  fc.record({ height: u32 }).map(as('status')),
  fc.record({ from: u32 }).map(as('wantDecisions')),
  fc.record({ decisions: fc.array(decisions, { maxLength: 3 }) }).map(as('decisions')),
);

export const shares: fc.Arbitrary<Share> = fc.record({
  height: u32,
  view: u32,
  phase,
  digest: bytes(32),
  signature: bytes(64),
});

export const records = fc.record({
  scope: bytes(32),
  epoch: u32,
  height: u32,
  view: u32,
  votes: fc.record({ propose: maybe(bytes(32)), prepare: maybe(bytes(32)), commit: maybe(bytes(32)) }),
  lock: maybe(fc.record({ digest: bytes(32), certificate: certificates })),
  values: fc.array(bytes(32), { maxLength: 4 }),
});
