import { type Certificate, type Command, endorsedBytes, maskOf, type Parent } from '@ios/bft';
import { type Genesis, genesisHash } from '@ios/client';
import { createCosi, type Roster, type Signer } from '@ios/cosi';
import { bindBlock } from '@ios/ledger';
import type { Clock } from '../src/clock.ts';
import { primitives } from '../src/core.ts';
import type { IdentitySigner } from '../src/keys/identity-signer.ts';
import { type Layout, layoutOf } from '../src/layout.ts';
import { noMeter } from '../src/metrics/meter.ts';
import { DEFAULT_MEMPOOL } from '../src/node.ts';
import type { ShardApplication } from '../src/shard/application.ts';
import { collectiveCertificates } from '../src/shard/certificates.ts';
import { STORE_FORMAT } from '../src/shard/chain-store.ts';
import { NO_STEP_ENTRY } from '../src/shard/committee.ts';
import { openShard, type Shard, type ShardParts } from '../src/shard/shard.ts';
import { openLevelStore } from '../src/store/level.ts';
import type { Store } from '../src/store/store.ts';
import type { Verifier } from '../src/verifier.ts';
import type { Work } from './work.ts';

/** A message that a validator published on a topic. */
export interface Published {
  readonly topic: string;
  readonly bytes: Uint8Array;
  readonly from: string;
}

/** What a validator of the bench is made of. */
export interface ShardValidatorOptions {
  readonly genesis: Genesis;
  /** The keys of the validators, in any order. */
  readonly identities: readonly IdentitySigner[];
  readonly shard: number;
  readonly work: Work;
  readonly verifier: Verifier;
  readonly folder: string;
  publish(message: Published): void;
}

/** The only validator of a shard: a node's shard with its application, and in place of the engine whoever calls these in turn. */
export interface ShardValidator {
  readonly shard: Shard;
  readonly store: Store;
  /** Asks the application for a block. */
  propose(): void;
  /** Has it checked, as bytes that came from somebody else. */
  check(): void;
  /** Signs what was checked; returns how many entries it holds. */
  certify(): number;
  /** Has the application execute it. */
  decide(): void;
}

const TIMEOUTS = { relay: 1, ask: 1, commit: 1, respond: 1, session: 1 };

/** Opens one on a new store on disk. */
export const openValidator = async (options: ShardValidatorOptions): Promise<ShardValidator> => {
  const { genesis, identities, work, verifier, folder } = options;
  const { curve, hasher } = primitives();
  const chain = genesisHash(genesis);
  const layout = layoutOf(genesis);
  const own = layout.shards[options.shard]!;
  const { scope, committee } = own;
  const self = committee[0]!.peer;
  const store = await openLevelStore(folder, { format: STORE_FORMAT, chain });
  const identity = identities.find(({ publicKey }) => Buffer.from(publicKey).toString('hex') === self)!;
  const rosters = rostersOf(genesis, layout);
  const fail = (cause: unknown): never => {
    throw cause;
  };
  const certificates = layout.shards.map((_, shard) =>
    collectiveCertificates({
      roster: rosters[shard]!,
      curve,
      signer: undefined,
      sign: () => fail(new Error('nothing is signed here')),
      timeouts: TIMEOUTS,
    }),
  );
  let now = 0;
  // Nothing is lost here, so that nothing is asked for again: no timer has to run out.
  const clock: Clock = { now: () => now, setTimeout: () => () => {} };
  const parts: ShardParts = {
    genesis,
    layout,
    own,
    voter: self,
    certificates: { of: (shard) => certificates[shard]!, roster: certificates[0]! },
    clock,
    store: work.watch(store),
    network: {
      publish: (topic, bytes) => options.publish({ topic, bytes: bytes.slice(), from: self }),
      send: () => fail(new Error('a validator asks for what it was given')),
    },
    verifier,
    hasher,
    meter: noMeter,
    limits: DEFAULT_MEMPOOL,
    fail,
  };
  const shard = await openShard(parts);
  let application: ShardApplication | undefined;
  let value: Uint8Array = new Uint8Array();
  let isGood = false;
  let parent: Parent | undefined;
  const hear = (command: Command): void => {
    if (command.type === 'proposal') value = command.value.slice();
    if (command.type === 'checked') isGood = command.valid;
  };
  await shard.start({
    instances: {
      run: async (instance) => {
        const made = instance.application(hear);
        application = made as unknown as ShardApplication;
        return made;
      },
    },
    outputs: { output: () => undefined },
    onEvidence: () => fail(new Error('evidence')),
    onRefusal: (height, _, why) => fail(new Error(`block ${height} of shard ${options.shard}: ${why}`)),
    onFinal: () => {},
    onClosing: () => {},
  });
  const signer = identity.cosigner(rosters[options.shard]!, 0, curve);
  const place = () => ({ height: shard.chain.head.height + 1, view: 0 });
  return {
    shard,
    store,
    propose() {
      value = new Uint8Array();
      now += genesis.policy.idleMs;
      application!.onOutput({ type: 'propose', ...place(), parent });
    },
    check() {
      isGood = false;
      application!.onOutput({ type: 'check', ...place(), digest: bindBlock(value, hasher).hash, value, proposer: 0 });
    },
    certify() {
      if (!isGood) throw new Error('a block was not checked');
      const { hash: digest, block } = bindBlock(value, hasher);
      const { height } = place();
      const context = { epoch: block.header.epoch, stepEntry: NO_STEP_ENTRY, committee };
      const endorsed = endorsedBytes(scope, context, { height, view: 0, phase: 'commit' }, digest);
      const certificate = certified(rosters[options.shard]!, signer, endorsed);
      parent = { height, digest, certificate };
      return block.entries.length;
    },
    decide() {
      application!.onOutput({ type: 'decide', ...parent!, value });
    },
  };
};

const rostersOf = (genesis: Genesis, { shards }: Layout): Roster[] => {
  const cosi = createCosi({ curve: primitives().curve });
  return shards.map(({ seats }) =>
    cosi.roster(
      seats.map((seat) => genesis.validators[seat]!).map(({ cosigning: key, identity }) => ({ key, identity })),
    ),
  );
};

/** The certificate of a committee of one. */
const certified = (roster: Roster, signer: Signer, message: Uint8Array): Certificate => {
  const cosi = createCosi({ curve: primitives().curve });
  const list = [signer.commit(message, 0)];
  const challenge = cosi.challenge(roster, message, list)!;
  const signature = cosi.combine(challenge, [signer.respond({ session: message, attempt: 0, message, list })]);
  return { view: 0, mask: maskOf([0], 1), signature };
};
