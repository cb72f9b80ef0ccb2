import { chainName, type Genesis, trustGenesis } from '@ios/client';
import { followRecord, type RecordHead, recordZero } from '@ios/client/epochs';
import { createRng, drawFaults, type Report } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import { primitives } from '../src/core.ts';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import { register } from '../src/keys/register.ts';
import type { Network } from '../src/network/network.ts';
import type { Identity, Node } from '../src/node.ts';
import { createInlineVerifier } from '../src/verifier.ts';
import { CHEATS, cheating } from './epoch-cheats.ts';
import { BAD_UNTIL, GOOD_FROM, MAX_DOWN_MS, setGoals } from './epoch-goals.ts';
import { close, createStage, lay, start, type Validator, validatorOf, type World } from './validators.ts';
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
const network = trustGenesis(genesis);

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
  const validators = MASTERS.map((master) => validatorOf(genesis, master));
  const names = validators.map(({ name }) => name);
  const stage = createStage(rng, names);
  const { scheduler } = stage;
  const log = (line: string): void => sink?.(`${scheduler.now()} ${line}`);
  const cast = rng.fork('cast');
  const cheater = cast.chance(0.7) ? cast.below(MASTERS.length) : -1;
  const cheat = cast.pick(CHEATS);
  /** Whoever cheats does not crash. */
  const isCheat = (validator: Validator): boolean => validator === validators[cheater];
  log(cheater < 0 ? 'nobody cheats' : `${names[cheater]!.slice(0, 6)}: ${cheat}`);
  const honest = validators.filter((validator) => !isCheat(validator));
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

  const world: World = {
    ...stage,
    genesis,
    rng,
    validators,
    wrap: (joined, validator) => tamper(isCheat(validator) ? cheating(joined, cheat) : joined, scheduler.now),
    watch: watched,
    parts: (validator, alive) => ({
      verifier: createInlineVerifier(),
      ...primitives(),
      log: (level, sentence, facts) => {
        if (level === 'error' && !isCheat(validator)) fail(`${validator.name.slice(0, 6)} halted: ${facts['why']}`);
        log(`${validator.name.slice(0, 6)} ${sentence} ${JSON.stringify(facts)}`);
      },
      onRecord: ({ epoch, randomness, selection }) => {
        if (!alive()) return;
        const hex = bytesToHex(randomness) + bytesToHex(selection);
        if ((records.get(epoch) ?? hex) !== hex) fail(`two records of epoch ${epoch}`);
        records.set(epoch, hex);
        figures.records++;
        log(`${validator.name.slice(0, 6)} record ${epoch}`);
      },
    }),
    onCrash: (validator) => {
      figures.crashes++;
      log(`${validator.name.slice(0, 6)} crashes`);
    },
    fail,
  };
  for (const fault of faults) lay(world, fault);
  for (const validator of validators) scheduler.at(0, () => start(world, validator));

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
  const virtualMs = await close(world);
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
