import type { Genesis } from '@ios/client';
import { chainName, genesisHash, trustGenesis } from '@ios/client';
import { followRecord, type RecordHead, recordZero } from '@ios/client/epochs';
import { createNetwork, createRng, createScheduler, drawFaults, type Fault, type Report } from '@ios/simulator';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { nodeChannels } from '../src/channels.ts';
import { primitives } from '../src/core.ts';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';
import { register } from '../src/keys/register.ts';
import { createVoteMarker } from '../src/keys/vote-marker.ts';
import { createMemoryHub } from '../src/network/memory.ts';
import type { Network } from '../src/network/network.ts';
import { createNode, type Identity, type Node } from '../src/node.ts';
import { STORE_FORMAT } from '../src/shard/chain-store.ts';
import { createMemoryDisk, type MemoryDisk, openMemoryStore } from '../src/store/memory.ts';
import { createInlineVerifier } from '../src/verifier.ts';
import { CHEATS, type Cheat, cheating } from './epoch-cheats.ts';
import { BAD_UNTIL, GOOD_FROM, MAX_DOWN_MS, setGoals } from './epoch-goals.ts';
import { walletOutputs } from './wallets.ts';

const NAME = { name: 'epochs', nonce: new Uint8Array(32).fill(4) };
const MASTERS = [1, 2, 3, 4].map((i) => new Uint8Array(32).fill(i));

const genesis: Genesis = {
  version: 1,
  ...NAME,
  validators: MASTERS.map((master, i) =>
    register({ master, chainName: chainName(NAME), owner: walletOutputs(4)[i]!.owner, addresses: [] }, (length) =>
      new Uint8Array(length).fill(i + 7),
    ),
  ).sort((a, b) => Buffer.compare(a.identity, b.identity)),
  outputs: walletOutputs(4),
  policy: {
    ...DEFAULT_POLICY,
    blockIntervalMs: 100,
    idleMs: 500,
    baseTimeoutMs: 2_500,
    maxTimeoutMs: 20_000,
    epochMinBlocks: 3,
    epochMaxBlocks: 6,
    closingBlocks: 2,
    lotteryMs: 600,
    beaconTimeoutMs: 5_000,
  },
};
const CHAIN = genesisHash(genesis);
const network = trustGenesis(genesis);

/** One validator through all its lives. */
interface Validator {
  readonly name: string;
  readonly master: Uint8Array;
  readonly disk: MemoryDisk;
  readonly votes: MemoryDisk;
  /** How it cheats, if it does; it does not crash then. */
  readonly cheat: Cheat | undefined;
  node: Node | undefined;
  life: number;
}

/** What is done to the network of every validator, to show that a property is looked at. */
export type Tamper = (network: Network, now: () => number) => Network;

/**
 * Whole nodes through several epochs: one of four may cheat in the lottery, in a run of DRP or as a leader; the others crash and
 * come back with what was durable; links are cut and lose messages. Then: every epoch has one record, the same everywhere, and
 * anyone can follow the records from genesis; no node decrypts a share before it holds the decision that signs the selection
 * off; no honest node is accused or halts; no attempt fails; and once all is well again epochs go on within a bound.
 */
export const simulateEpochs = async (
  seed: number,
  sink?: (line: string) => void,
  tamper: Tamper = (network) => network,
): Promise<Report> => {
  const rng = createRng(seed).fork('epoch');
  const scheduler = createScheduler();
  const links = createNetwork<() => void>({
    scheduler,
    rng: rng.fork('links'),
    latency: { type: 'exponential', low: 2, mean: 15, high: 400 },
  });
  const hub = createMemoryHub({
    transmit: (from, to, _bytes, deliver, lose) => links.send(from, to, deliver, lose),
  });
  const log = (line: string): void => sink?.(`${scheduler.now()} ${line}`);
  const cast = rng.fork('cast');
  const cheater = cast.chance(0.7) ? cast.below(MASTERS.length) : -1;
  const cheat = cast.pick(CHEATS);
  const validators: Validator[] = MASTERS.map((master, i) => ({
    name: bytesToHex(createIdentitySigner(master, chainName(genesis)).publicKey),
    master,
    disk: createMemoryDisk(),
    votes: createMemoryDisk(),
    cheat: i === cheater ? cheat : undefined,
    node: undefined,
    life: 0,
  }));
  const names = validators.map(({ name }) => name);
  for (const name of names) links.attach(name, (_from, deliver) => deliver());
  log(cheater < 0 ? 'nobody cheats' : `${names[cheater]!.slice(0, 6)}: ${cheat}`);
  const honest = validators.filter((validator) => validator.cheat === undefined);
  const faults = drawFaults(rng.fork('faults'), {
    nodes: honest.map(({ name }) => name),
    until: BAD_UNTIL,
    crashes: { count: [1, 5], downMs: [50, MAX_DOWN_MS] },
    partitions: { count: [0, 1], ms: [500, 4_000] },
    cuts: { count: [0, 2], ms: [500, 4_000] },
    losses: { count: [0, 2], ms: [500, 4_000], loss: 0.2, duplication: 0.1 },
  });

  let violation: string | undefined;
  const fail = (what: string): void => {
    violation ??= what;
  };
  /** The bytes of each record, in hex. */
  const records = new Map<number, string>();
  const figures = { records: 0, crashes: 0, cheats: cheater < 0 ? 0 : 1, epochs: 0, goodMs: 0 };

  const watched = (identity: Identity, validator: Validator): Identity => ({
    ...identity,
    sharer: (scheme) => {
      const answer = identity.sharer(scheme);
      return (kind, message, signOff) => {
        const made = answer(kind, message, signOff);
        const beacon = validator.node?.status().instances.find(({ name }) => name === 'beacon');
        // Odd heights follow the decision about a selection.
        if (kind === 'decrypt' && made.length > 0 && (beacon?.height ?? 1) % 2 === 0)
          fail(`${validator.name.slice(0, 6)} decrypted before the sign-off`);
        return made;
      };
    },
  });

  const boot = async (validator: Validator): Promise<void> => {
    const life = ++validator.life;
    const delays = rng.fork(`disk ${validator.name} ${life}`);
    const nonces = rng.fork(`nonces ${validator.name} ${life}`);
    const alive = (): boolean => validator.life === life;
    const clock = {
      now: () => scheduler.now(),
      setTimeout: (callback: () => void, ms: number) =>
        scheduler.setTimeout(() => {
          if (alive()) callback();
        }, Math.ceil(ms)),
    };
    const short = validator.name.slice(0, 6);
    const entropy = (length: number): Uint8Array => nonces.bytes(length);
    const joined = hub.join({
      self: validator.name,
      chain: CHAIN,
      peers: names.map((peer) => ({ peer, addresses: [] })),
      ...nodeChannels(genesis, hexToBytes(validator.name)),
    });
    const node = await createNode({
      genesis,
      identity: watched(createIdentitySigner(validator.master, chainName(genesis), entropy), validator),
      clock,
      network: tamper(validator.cheat === undefined ? joined : cheating(joined, validator.cheat), scheduler.now),
      store: await openMemoryStore(validator.disk, {
        format: STORE_FORMAT,
        chain: CHAIN,
        delay: () => new Promise((resolve) => scheduler.setTimeout(resolve, delays.below(6))),
      }),
      votes: createVoteMarker(await openMemoryStore(validator.votes, { format: STORE_FORMAT, chain: CHAIN })),
      verifier: createInlineVerifier(),
      ...primitives(),
      entropy,
      log: (level, sentence, facts) => {
        if (level === 'error' && validator.cheat === undefined) fail(`${short} halted: ${facts['why']}`);
        log(`${short} ${sentence} ${JSON.stringify(facts)}`);
      },
      onRecord: ({ epoch, randomness, selection }) => {
        if (!alive()) return;
        const hex = bytesToHex(randomness) + bytesToHex(selection);
        if ((records.get(epoch) ?? hex) !== hex) fail(`two records of epoch ${epoch}`);
        records.set(epoch, hex);
        figures.records++;
        log(`${short} record ${epoch}`);
      },
    });
    if (!alive()) return;
    validator.node = node;
    await node.start();
  };
  const start = (validator: Validator): void => {
    boot(validator).catch((cause: unknown) => fail(`start: ${cause instanceof Error ? cause.stack : cause}`));
  };
  const crash = (validator: Validator): void => {
    const dead = validator.node!;
    validator.life++;
    validator.node = undefined;
    const kept = rng.fork(`crash ${scheduler.now()}`);
    validator.disk.crash((count) => kept.below(count + 1));
    validator.votes.crash();
    void dead.stop();
    figures.crashes++;
    log(`${validator.name.slice(0, 6)} crashes`);
  };
  const lay = (fault: Fault): void => {
    if (fault.type === 'crash') {
      const validator = validators.find(({ name }) => name === fault.node)!;
      scheduler.at(fault.at, () => {
        if (validator.node === undefined) return;
        crash(validator);
        scheduler.setTimeout(() => start(validator), fault.downMs ?? 1_000);
      });
    } else if (fault.type === 'partition' || fault.type === 'link') {
      scheduler.at(fault.at, () => {
        const lift = fault.type === 'partition' ? links.partition(fault.groups) : links.apply(fault);
        if (fault.until !== undefined) scheduler.at(fault.until, lift);
      });
    }
  };
  for (const fault of faults) lay(fault);
  for (const validator of validators) scheduler.at(0, () => start(validator));

  /** Where everybody's beacon is, in the trace. */
  const look = (): void => {
    const places = validators.map(({ node }) => {
      const beacon = node?.status().instances.find(({ name }) => name === 'beacon');
      return beacon === undefined ? '-' : `${beacon.height}/${beacon.view} ${beacon.stage}`;
    });
    log(places.join(', '));
    scheduler.setTimeout(look, 2_500);
  };
  if (sink !== undefined) scheduler.at(0, look);

  const nodes = (): (Node | undefined)[] => honest.map(({ node }) => node);
  let events = await scheduler.run({ until: GOOD_FROM, stop: () => violation !== undefined });
  const goals = setGoals(nodes);
  events += await scheduler.run({ until: goals.until, stop: () => violation !== undefined || goals.reached() });
  figures.epochs = goals.epoch;
  figures.goodMs = scheduler.now() - GOOD_FROM;

  /** Looks at the goals, and follows the records of each honest node from genesis. */
  const inspect = async (): Promise<void> => {
    const flaw = await goals.flaw();
    if (flaw !== undefined) return fail(`${flaw}, with ${cheater < 0 ? 'no cheat' : cheat}`);
    for (const node of nodes()) {
      let head: RecordHead | undefined = recordZero(network);
      for (let epoch = 1; epoch <= goals.epoch && head !== undefined && node !== undefined; epoch++) {
        const record = await node.record(epoch);
        head = record && followRecord(network, head, record);
      }
      if (head === undefined) fail('a record does not follow from genesis');
      if ((node?.status().evidence ?? 0) > 0 && cheater < 0) fail('an honest validator was accused');
    }
  };
  if (violation === undefined) {
    let inspected = false;
    inspect().then(
      () => {
        inspected = true;
      },
      (cause: unknown) => fail(`inspect: ${cause}`),
    );
    // Reading takes virtual time.
    await scheduler.run({ until: scheduler.now() + 60_000, stop: () => inspected || violation !== undefined });
    if (!inspected) fail('the records could not be read');
  }
  const virtualMs = scheduler.now();
  for (const { node } of validators) void node?.stop();
  await scheduler.run({ until: virtualMs + 1_000 });
  const trace = bytesToHex(nodeHasher.sha256(Buffer.from(JSON.stringify([...records]) + virtualMs)));
  return {
    seed,
    ok: violation === undefined,
    ...(violation === undefined ? {} : { violation }),
    trace,
    events,
    virtualMs,
    figures,
  };
};
