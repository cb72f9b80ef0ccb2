import type { Genesis, Policy, Registration } from '@ios/client';
import { nobleGroups } from '@ios/crypto/keys';
import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { checkGenesis } from '../../src/genesis/check.ts';
import { DEFAULT_POLICY, policyProblem } from '../../src/genesis/policy.ts';
import { register } from '../../src/keys/register.ts';
import { bytesOf, ownerOf, sampleGenesis } from './sample.ts';

const genesis = sampleGenesis(3);
const invalid = expect.objectContaining({ name: 'NodeError', code: 'genesis-invalid' });
/** A point of order 8, canonically encoded. */
const SMALL_ORDER = hexToBytes('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');

const withValidator = (index: number, change: Partial<Registration>): Genesis => ({
  ...genesis,
  validators: genesis.validators.with(index, { ...genesis.validators[index]!, ...change }),
});
const refused = (candidate: Genesis, sentence: RegExp): void => {
  expect(() => checkGenesis(candidate)).toThrow(invalid);
  expect(() => checkGenesis(candidate, nobleGroups)).toThrow(sentence);
  expect(() => checkGenesis(candidate)).toThrow(sentence);
};

describe('checkGenesis', () => {
  test('passes one validator, several, and a genesis without outputs', () => {
    checkGenesis(genesis);
    checkGenesis(genesis, nobleGroups);
    checkGenesis(sampleGenesis(1, 0));
    checkGenesis(withValidator(0, { addresses: [] }));
  });

  test('wants a validator', () => refused({ ...genesis, validators: [] }, /at least one/));

  test('wants the order of identity keys, and each once', () => {
    refused({ ...genesis, validators: genesis.validators.toReversed() }, /order/);
    refused({ ...genesis, validators: [genesis.validators[0]!, genesis.validators[0]!] }, /order/);
  });

  test.each(['identity', 'vrf', 'cosigning', 'share'] as const)('wants a proof for the %s key', (kind) => {
    const { proofs } = genesis.validators[1]!;
    const flipped = proofs[kind].slice();
    flipped[40]! ^= 1;
    refused(withValidator(1, { proofs: { ...proofs, [kind]: flipped } }), new RegExp(`Validator 1 .* ${kind} key`));
    refused(
      withValidator(1, { proofs: { ...proofs, [kind]: genesis.validators[0]!.proofs[kind] } }),
      new RegExp(`Validator 1 .* ${kind} key`),
    );
  });

  test('wants proofs for this chain name', () => {
    refused({ ...genesis, name: 'another' }, /possession/);
    refused({ ...genesis, nonce: bytesOf('another') }, /possession/);
  });

  test('wants each key once', () => {
    const [first, second] = genesis.validators as [Registration, Registration, Registration];
    refused(withValidator(1, { vrf: first.vrf }), /vrf key .* twice/);
    refused(withValidator(1, { cosigning: second.vrf }), /cosigning key .* twice/);
  });

  test('wants addresses to listen at, in one spelling, each once', () => {
    const [{ addresses }] = genesis.validators as [Registration];
    refused(withValidator(1, { addresses }), /address .* twice/);
    for (const address of [
      'localhost:4000',
      '/ip4/127.0.0.1',
      '/ip4/127.0.0.1/udp/4000',
      '/ip4/300.0.0.1/tcp/4000',
      '/ip4/127.0.0.1/tcp/70000',
      '/ip4/127.0.0.1/tcp/04000',
      '/ip6/0:0:0:0:0:0:0:1/tcp/4000',
      '/ip4/127.0.0.1/tcp/4000/',
      '/ip4/127.0.0.1/tcp/4000/ws',
      '/ip4/127.0.0.1/tcp/4000/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq',
    ]) {
      refused(withValidator(1, { addresses: [address] }), /has the address/);
    }
    checkGenesis(withValidator(1, { addresses: ['/ip6/::1/tcp/4000', '/dns4/node.example/tcp/4000'] }));
  });

  test('wants owners that may enter the ledger', () => {
    refused(withValidator(2, { owner: SMALL_ORDER }), /owner of validator 2/);
    refused(withValidator(2, { owner: new Uint8Array(32).fill(255) }), /owner of validator 2/);
    const good = { amount: 1n, owner: ownerOf('good') };
    refused({ ...genesis, outputs: [good, good, { amount: 1n, owner: SMALL_ORDER }] }, /owner c7176a70/);
  });

  test('wants a supply below 2^64', () => {
    const owner = ownerOf('rich');
    checkGenesis({
      ...genesis,
      outputs: [
        { amount: 2n ** 64n - 2n, owner },
        { amount: 1n, owner },
      ],
    });
    refused(
      {
        ...genesis,
        outputs: [
          { amount: 2n ** 64n - 1n, owner },
          { amount: 1n, owner },
        ],
      },
      /2\^64 - 1/,
    );
  });

  test('wants a validator for each shard', () => {
    const inShards = (shards: number): Genesis => ({ ...genesis, policy: { ...DEFAULT_POLICY, shards } });
    checkGenesis(inShards(3));
    refused(inShards(4), /shards are 4, and the validators 3/);
    for (const shards of [0, 1025]) refused(inShards(shards), /policy's shards is/);
  });

  test('wants blocks that can hold a commit of all shards', () => {
    expect(policyProblem({ ...DEFAULT_POLICY, shards: 20, blockBytes: 200_000 })).toBeUndefined();
    expect(policyProblem({ ...DEFAULT_POLICY, shards: 80, blockBytes: 200_000 })).toMatch(/blockBytes/);
    expect(policyProblem({ ...DEFAULT_POLICY, shards: 1024 })).toBeUndefined();
  });

  test('wants a lock fee in atomic units', () => {
    checkGenesis({ ...genesis, policy: { ...DEFAULT_POLICY, lockFee: 0n } });
    checkGenesis({ ...genesis, policy: { ...DEFAULT_POLICY, lockFee: 2n ** 64n - 1n } });
    for (const lockFee of [-1n, 2n ** 64n]) expect(policyProblem({ ...DEFAULT_POLICY, lockFee })).toMatch(/lockFee/);
  });

  test.each<[Exclude<keyof Policy, 'shards' | 'lockFee'>, number, number]>([
    ['blockBytes', 111_000, 4 * 1024 * 1024],
    ['blockTransactions', 1, 16_384],
    ['blockIntervalMs', 0, 2_000],
    ['idleMs', 250, 2_500],
    ['baseTimeoutMs', 4_000, 60_000],
    ['maxTimeoutMs', 5_000, 3_600_000],
    ['epochMinBlocks', 1, 240],
    ['epochMaxBlocks', 120, 1_000_000],
    ['closingBlocks', 1, 1_000_000],
    ['lotteryMs', 1, 3_600_000],
    ['beaconTimeoutMs', 100, 3_600_000],
  ])('wants %s within its bounds', (field, least, most) => {
    const policy = (value: number): Genesis => ({ ...genesis, policy: { ...DEFAULT_POLICY, [field]: value } });
    checkGenesis(policy(least + (field === 'blockBytes' ? 1_000 : 0)));
    checkGenesis(policy(most));
    if (least > 0) refused(policy(least - 1), /policy/);
    refused(policy(most + 1), /policy/);
  });

  test('leaves what has no encoding to the encoder', () => {
    expect(() => checkGenesis({ ...genesis, name: '' })).toThrow(
      expect.objectContaining({ code: 'genesis-malformed' }),
    );
    const registration = register(
      { master: bytesOf('m'), chainName: bytesOf('c'), owner: new Uint8Array(31), addresses: [] },
      (length) => new Uint8Array(length),
    );
    expect(() => checkGenesis({ ...genesis, validators: [registration] })).toThrow(
      expect.objectContaining({ code: 'genesis-malformed' }),
    );
  });
});
