import type { CertifiedHeader } from '@ios/atomix';
import { encodeHeader } from '@ios/ledger';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { createHeaders } from '../src/carriage/headers.ts';
import { nodeHasher } from '../src/hasher.ts';
import { createForeignHeaders } from '../src/shard/foreign-headers.ts';
import { bytes32, CHAIN, certify, claimOf } from './carriage/chain-fixture.ts';

const ZERO = new Uint8Array(32);
const headerAt = (height: number): Uint8Array =>
  encodeHeader({
    chain: CHAIN,
    shard: 1,
    epoch: 0,
    stepEntry: ZERO,
    height,
    previous: ZERO,
    parentCertificate: ZERO,
    executionDigest: ZERO,
    transactionRoot: ZERO,
    entryRoot: ZERO,
    outboxRoot: ZERO,
    proposer: 0,
  });
const shown = (height: number, seat: number): CertifiedHeader => {
  const header = headerAt(height);
  return { header, certificate: certify(header, seat) };
};

const setUp = () => {
  let verified = 0;
  const memory = createHeaders({ headerClaim: claimOf, holds: async () => ++verified > 0 }, nodeHasher);
  const certificates = () => ({
    claims: ({ signature }: { signature: Uint8Array }, message: Uint8Array) => [
      { publicKey: bytes32('a key'), message, signature },
    ],
  });
  const headers = createForeignHeaders({ certificates, memory });
  const costs = (all: readonly CertifiedHeader[]): number | undefined => headers.claims(all)?.signatures.length;
  return { memory, headers, costs, verified: () => verified };
};

describe('headers of other shards in a block', () => {
  it('cost a signature each, once, whoever shows them again', async () => {
    const { memory, headers, costs, verified } = setUp();
    const [first, second] = [shown(1, 0), shown(2, 0)];
    expect(costs([first, second, first])).toBe(2);
    // Nothing is remembered before it is verified.
    expect(costs([first])).toBe(1);
    headers.remember(headers.claims([first])!);
    expect(costs([first, second])).toBe(1);
    // What a block has shown, a peer need not show at the price of a signature either.
    expect(memory.known(first.header)?.certificate).toEqual(first.certificate);
    await memory.verify(second.header, second.certificate, memory.claim(second.header, second.certificate)!, 'a peer');
    expect([costs([first, second]), verified()]).toEqual([0, 1]);
  });

  it('have to be certified each, also where the header is known', () => {
    const { headers, costs } = setUp();
    const [one, other] = [shown(1, 0), shown(1, 1)];
    headers.remember(headers.claims([one])!);
    expect(costs([one, other])).toBe(1);
    headers.remember(headers.claims([other])!);
    expect(costs([other])).toBe(0);
    expect(costs([{ ...one, certificate: new Uint8Array(32) }])).toBeUndefined();
    expect(costs([{ header: ZERO, certificate: one.certificate }])).toBeUndefined();
  });

  it('are told apart wherever one ends and its certificate begins', () => {
    const [start, middle, end] = ['a header', 'what may belong to either', 'a certificate'].map(utf8ToBytes) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const mark = (length: number): Uint8Array => utf8ToBytes(`|${length}|`);
    const longer = concatBytes(start, mark(start.length), middle);
    const one = { header: start, certificate: concatBytes(middle, mark(longer.length), end) };
    const final = { chain: CHAIN, shard: 1, epoch: 0, outboxRoot: ZERO };
    const headers = createForeignHeaders({
      certificates: () => ({ claims: () => [{ publicKey: ZERO, message: ZERO, signature: ZERO }] }),
      memory: {
        known: () => undefined,
        claim: () => ({ final, certificate: {}, endorsed: ZERO, committee: [] }) as never,
        remember: () => {},
      },
    });
    expect(headers.claims([one, { header: longer, certificate: end }])?.signatures).toHaveLength(2);
    expect(headers.claims([one, one])?.signatures).toHaveLength(1);
  });
});
