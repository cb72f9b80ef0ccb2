import { outboxRoot, type ShardContext } from '@ios/atomix';
import { encodeCertificate, endorsedBytes, maskOf, type Phase } from '@ios/bft';
import type { Genesis } from '@ios/client';
import { chainName, genesisHash } from '@ios/client';
import {
  assembleBlock,
  type Block,
  type BlockPosition,
  blockHash,
  encodeBlock,
  genesisOutpoint,
  INITIAL_EXECUTION_DIGEST,
  nextExecutionDigest,
  type Output,
  type Transaction,
} from '@ios/ledger';
import { DEFAULT_POLICY } from '../../src/genesis/policy.ts';
import { nodeHasher } from '../../src/hasher.ts';
import { register } from '../../src/keys/register.ts';
import { genesisOf } from '../../src/shard/chain-store.ts';
import { committeeOf, NO_STEP_ENTRY } from '../../src/shard/committee.ts';
import { executeBlock } from '../../src/shard/execution.ts';
import { createShardState } from '../../src/shard/state.ts';
import { createValues } from '../../src/shard/values.ts';
import { conspiratorsOf, cosignersOf } from '../collective.ts';
import { type Coin, KEYS } from '../signed-fixture.ts';

const NAME = { name: 'audited', nonce: new Uint8Array(32).fill(8) };
const outputs: Output[] = Array.from({ length: 8 }, (_, i) => ({ amount: 1_000n, owner: KEYS[i % 4]!.publicKey }));

const MASTERS = [41, 42, 43, 44].map((i) => new Uint8Array(32).fill(i));
const validators = MASTERS.map((master, i) => {
  const request = { master, chainName: chainName(NAME), owner: KEYS[(i + 1) % 4]!.publicKey, addresses: [] };
  return register(request, (length) => new Uint8Array(length));
}).sort((a, b) => Buffer.compare(a.identity, b.identity));

/** Four members, whose keys the tests have, and eight coins. */
export const genesis: Genesis = {
  version: 1,
  ...NAME,
  validators,
  outputs,
  policy: DEFAULT_POLICY,
};
export const CHAIN: Uint8Array = genesisHash(genesis);
export const SUPPLY: bigint = 8_000n;
export const coins: readonly Coin[] = outputs.map((output, i) => ({
  outpoint: genesisOutpoint(chainName(NAME), i),
  output,
}));

const sign = cosignersOf(genesis, MASTERS, chainName(NAME));
const conspire = conspiratorsOf(genesis, MASTERS, chainName(NAME));
const committee = committeeOf(genesis.validators.map(({ identity }) => identity));

/** What a certificate says; each default is what a verifier expects. */
export interface Certifying {
  readonly chain?: Uint8Array;
  readonly instance?: string;
  readonly height?: number;
  readonly view?: number;
  readonly phase?: Phase;
  readonly digest?: Uint8Array;
  readonly signers?: readonly number[];
  /** Who is said to have signed, if others than did. */
  readonly claimed?: readonly number[];
  /** Whether their nonce has torsion. */
  readonly torsion?: boolean;
}

/** An encoded certificate of a block. */
export const certify = (
  block: { readonly height: number; readonly hash: Uint8Array },
  {
    chain = CHAIN,
    instance = 'shard/0',
    view = 0,
    phase = 'commit',
    signers = [0, 1, 2],
    torsion = false,
    ...other
  }: Certifying = {},
): Uint8Array => {
  const { height = block.height, digest = block.hash, claimed = signers } = other;
  const context = { epoch: 0, stepEntry: NO_STEP_ENTRY, committee };
  const endorsed = endorsedBytes({ chain, instance }, context, { height, view, phase }, digest);
  const mask = maskOf(claimed, committee.length);
  return encodeCertificate({ view, mask, signature: (torsion ? conspire : sign)(endorsed, signers) });
};

/** A block, true or not, and its hash. */
export interface MadeBlock {
  readonly height: number;
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

/** What may be said falsely of a block. */
export interface Falsehoods extends Partial<BlockPosition> {
  /** The certificate of its parent. */
  readonly certificate?: Uint8Array;
}

/** A chain that grows by true blocks, and makes false ones beside them. */
export interface TestChain {
  /** X(height + 1) after the last true block. */
  readonly executionDigest: Uint8Array;
  /** A block on the head, with any part of it changed. */
  make(transactions: readonly Transaction[], falsehoods?: Falsehoods): MadeBlock;
  /** Makes a true block, and goes on from there. */
  grow(transactions: readonly Transaction[]): MadeBlock;
}

export const testChain = (): TestChain => {
  const place = (): number => 0;
  const first = genesisOf({ outputs: genesis.outputs, chainName: chainName(genesis), shard: 0, place });
  const entries = first.map(({ table, key, new: value }) => ({ table, key, value: value! }));
  const state = createShardState(entries, { shard: 0, place }, nodeHasher);
  const values = createValues(CHAIN, nodeHasher);
  let head = {
    height: 0,
    hash: CHAIN,
    executionDigest: nextExecutionDigest(INITIAL_EXECUTION_DIGEST, first, nodeHasher),
  };

  const assemble = (transactions: readonly Transaction[], falsehoods: Falsehoods): Block => {
    const { certificate = head.height === 0 ? new Uint8Array(0) : certify(head), ...position } = falsehoods;
    const truth = {
      chain: CHAIN,
      shard: 0,
      epoch: 0,
      stepEntry: NO_STEP_ENTRY,
      height: head.height + 1,
      previous: head.hash,
      executionDigest: head.executionDigest,
      outboxRoot: outboxRoot([], nodeHasher),
      proposer: 1,
    };
    return assembleBlock({ ...truth, ...position }, certificate, transactions, nodeHasher);
  };
  const madeOf = (block: Block): MadeBlock => ({
    height: block.header.height,
    bytes: encodeBlock(block),
    hash: blockHash(block.header, nodeHasher),
  });

  return {
    get executionDigest() {
      return head.executionDigest;
    },
    make: (transactions, falsehoods = {}) => madeOf(assemble(transactions, falsehoods)),
    grow(transactions) {
      const block = assemble(transactions, {});
      const made = madeOf(block);
      const owners = genesis.validators.map(({ owner }) => owner);
      const { height } = made;
      const { lockFee } = genesis.policy;
      const context: ShardContext = { chain: CHAIN, epoch: 0, shard: 0, height, place, lockFee, hasher: nodeHasher };
      const executed = executeBlock({ view: state.view, context, committee, owners }, values.decode(made.bytes)!);
      if (typeof executed === 'string') throw new Error('a true block was wanted');
      state.apply(executed.delta);
      head = { ...made, executionDigest: nextExecutionDigest(head.executionDigest, executed.delta, nodeHasher) };
      return made;
    },
  };
};
