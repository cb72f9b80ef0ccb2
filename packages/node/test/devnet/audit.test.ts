import type { Transaction } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { type Audit, createAudit } from '../../src/devnet/audit.ts';
import { nodeHasher } from '../../src/hasher.ts';
import { forge, KEYS, pay, transfer } from '../signed-fixture.ts';
import { type Certifying, CHAIN, certify, coins, type Falsehoods, genesis, SUPPLY, testChain } from './chain.ts';

const OTHER = new Uint8Array(32).fill(77);
const first = pay(CHAIN, [coins[0]!, coins[1]!], 2, 9n);
const second = pay(CHAIN, first.coins, 3, 5n);

/** A chain of one block, and an audit that took it. */
const begun = () => {
  const chain = testChain();
  const one = chain.grow([first.transaction]);
  const audit = createAudit(genesis, 0, nodeHasher);
  audit.take(one.bytes, [certify(one), certify(one, { signers: [1, 2, 3], view: 4 })]);
  return { chain, audit, one };
};

describe('audit', () => {
  test('a chain that is what it says it is', () => {
    const { chain, audit, one } = begun();
    expect(audit).toMatchObject({ height: 1, hash: one.hash, certificates: 2, witnesses: 2 });
    expect(audit.executionDigest).toEqual(chain.executionDigest);
    const two = chain.grow([second.transaction, pay(CHAIN, [coins[2]!]).transaction]);
    audit.take(two.bytes, [certify(two, { signers: [0, 1, 2, 3] })]);
    const three = chain.grow([]);
    audit.take(three.bytes, [certify(three)]);
    expect(audit).toMatchObject({ height: 3, hash: three.hash, certificates: 4, witnesses: 4 });
    expect(audit.executionDigest).toEqual(chain.executionDigest);
    expect(audit.state.outputs.supply()).toBe(SUPPLY);
    const included = (height: number, hash: Uint8Array) => {
      const step = { kind: 'included', height, index: 0, block: bytesToHex(hash) };
      return new Map([['included', step]]);
    };
    expect(audit.steps.get(bytesToHex(first.id))).toEqual(included(1, one.hash));
    expect(audit.steps.get(bytesToHex(second.id))).toEqual(included(2, two.hash));
    expect(audit.steps.size).toBe(3);
  });

  test('a certificate with torsion in its nonce holds, and is not counted among those of node:crypto', () => {
    const { chain, audit } = begun();
    expect(audit.nativeCertificates).toBe(2);
    const two = chain.grow([second.transaction]);
    audit.take(two.bytes, [certify(two), certify(two, { torsion: true })]);
    expect(audit).toMatchObject({ certificates: 4, nativeCertificates: 3 });
  });

  test.each<[string, Falsehoods, RegExp]>([
    ['another chain', { chain: OTHER }, /header's chain/],
    ['another shard', { shard: 1 }, /header's shard/],
    ['another epoch', { epoch: 1 }, /header's epoch/],
    ['another committee', { stepEntry: OTHER }, /header's stepEntry/],
    ['a height left out', { height: 3 }, /header's height/],
    ['another parent', { previous: OTHER }, /header's previous/],
    ['another state', { executionDigest: OTHER }, /header's executionDigest/],
    ['a message to other shards', { outboxRoot: OTHER }, /header's outboxRoot/],
    ['a proposer who is no member', { proposer: 4 }, /proposer 4 of 4/],
  ])('refuses %s, although a quorum signed', (_, falsehoods, wanted) => {
    const { chain, audit } = begun();
    const block = chain.make([second.transaction], falsehoods);
    expect(() => audit.take(block.bytes, [certify({ ...block, height: 2 })])).toThrow(wanted);
  });

  test.each<[string, readonly Transaction[], RegExp]>([
    ['a forged witness', [forge(second).transaction], /not signed by its owners/],
    ['an output that is spent', [pay(CHAIN, [coins[0]!]).transaction], /does not apply/],
    ['an output that is not there', [pay(CHAIN, second.coins).transaction], /does not apply/],
    ['a transfer of another chain', [pay(OTHER, [coins[3]!]).transaction], /does not apply/],
    [
      'one output spent twice',
      [pay(CHAIN, [coins[3]!]), pay(CHAIN, [coins[3]!], 1)].map((t) => t.transaction),
      /apply/,
    ],
    [
      'coins from nothing',
      [transfer(CHAIN, [coins[3]!], [{ amount: 1_001n, owner: KEYS[0]!.publicKey }]).transaction],
      /does not apply/,
    ],
    [
      'an owner of small order',
      [transfer(CHAIN, [coins[3]!], [{ amount: 1n, owner: new Uint8Array(32) }]).transaction],
      /no valid owner/,
    ],
  ])('refuses %s, although a quorum signed', (_, transactions, wanted) => {
    const { chain, audit } = begun();
    const block = chain.make(transactions);
    expect(() => audit.take(block.bytes, [certify(block)])).toThrow(wanted);
  });

  test('refuses bytes that are no block, or whose contents are not the header’s', () => {
    const { chain, audit } = begun();
    const block = chain.make([second.transaction]);
    const certificates = [certify(block)];
    const { length } = block.bytes;
    const flipped = (at: number): Uint8Array => block.bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    for (const bytes of [block.bytes.subarray(1), block.bytes.subarray(0, -1), flipped(length - 1), flipped(300)])
      expect(() => audit.take(bytes, certificates)).toThrow(/^Block 2 of shard 0: /);
    // A bit of the header makes another block, which nobody certified.
    expect(() => audit.take(flipped(267), certificates)).toThrow(/commit certificate does not hold/);
    audit.take(block.bytes, certificates);
    expect(audit.height).toBe(2);
  });

  const falseCertificates: readonly [string, Certifying][] = [
    ['too few members', { signers: [0, 1] }],
    ['nobody', { signers: [] }],
    ['the prepare phase', { phase: 'prepare' }],
    ['another block', { digest: OTHER }],
    ['another height', { height: 7 }],
    ['another chain', { chain: OTHER }],
    ['another instance', { instance: 'shard/1' }],
    ['others than signed', { signers: [0, 1, 2], claimed: [0, 1, 3] }],
    ['more than signed', { signers: [0, 1], claimed: [0, 1, 2] }],
  ];

  test.each(falseCertificates)('refuses a certificate of %s', (_, falsehood) => {
    const { chain, audit } = begun();
    const block = chain.make([second.transaction]);
    const take = (): void => audit.take(block.bytes, [certify(block), certify(block, falsehood)]);
    expect(take).toThrow('Block 2 of shard 0: a commit certificate does not hold.');
    expect(audit).toMatchObject({ height: 1, certificates: 2 });
  });

  test.each(falseCertificates)('refuses a block whose parent has a certificate of %s', (_, falsehood) => {
    const { chain, audit, one } = begun();
    const block = chain.make([second.transaction], { certificate: certify(one, falsehood) });
    expect(() => audit.take(block.bytes, [certify(block)])).toThrow(/parent's commit certificate does not hold/);
  });

  test.each<[string, (good: Uint8Array) => Uint8Array]>([
    ['cut short', (good) => good.subarray(0, -1)],
    ['with more behind it', (good) => Uint8Array.of(...good, 0)],
    ['empty', () => new Uint8Array(0)],
    ['in which a member is named that there is not', (good) => good.map((byte, i) => (i === 6 ? byte | 0x10 : byte))],
    ['in which a bit of a signature is another', (good) => good.map((byte, i) => (i === 40 ? byte ^ 1 : byte))],
    ['in which the view is another', (good) => good.map((byte, i) => (i === 3 ? byte ^ 1 : byte))],
  ])('refuses a certificate %s', (_, change) => {
    const { chain, audit, one } = begun();
    const block = chain.make([]);
    expect(() => audit.take(block.bytes, [change(certify(block))])).toThrow(/a commit certificate does not hold/);
    const child = chain.make([], { certificate: change(certify(one)) });
    expect(() => audit.take(child.bytes, [certify(child)])).toThrow(/parent's commit certificate does not hold/);
  });

  test('wants at least one certificate', () => {
    const { chain, audit } = begun();
    const block = chain.make([]);
    expect(() => audit.take(block.bytes, [])).toThrow('Block 2 of shard 0: no commit certificate is shown.');
  });

  test('gives the fees to those who certified, as the next block says', () => {
    const shares = (audit: Audit): bigint[] => genesis.validators.map(({ owner }) => audit.state.view.accrued(owner));
    const { chain, audit, one } = begun();
    const block = chain.make([], { certificate: certify(one, { signers: [1, 2, 3] }) });
    audit.take(block.bytes, [certify(block)]);
    expect(shares(audit)).toEqual([0n, 3n, 3n, 3n]);
    // Who takes other members for those who certified comes to another state.
    expect(audit.executionDigest).not.toEqual(chain.grow([]) && chain.executionDigest);
  });
});
