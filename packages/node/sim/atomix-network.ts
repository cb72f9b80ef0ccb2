import { genesisHash } from '@ios/client';
import { createNetwork, createRng, createScheduler, type Fault, type Report } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import { primitives } from '../src/core.ts';
import { nodeHasher } from '../src/hasher.ts';
import { layoutOf } from '../src/layout.ts';
import { createMemoryHub } from '../src/network/memory.ts';
import { listedCertificates } from '../src/shard/certificates.ts';
import { createInlineVerifier, type Verifier } from '../src/verifier.ts';
import { CHEATS, type Cheat, cheating } from './atomix-cheats.ts';
import { BAD_UNTIL, drawAdversities } from './atomix-faults.ts';
import { shardedGenesis } from './atomix-genesis.ts';
import { isOver, setGoals } from './atomix-goals.ts';
import { createLedgers } from './atomix-ledger.ts';
import { createWallets, type Payment } from './atomix-wallets.ts';
import { boot, crash, type Validator, validatorOf, type World } from './validators.ts';

/** From here on all is well: whoever crashed has had the time to come back. */
const GOOD_FROM = BAD_UNTIL + 2_000;
/** The time that is given from there on until nothing is left undone. */
const WITHIN_MS = 120_000;
/** How often it is looked whether that is so. */
const LOOK_MS = 100;
const PAYMENTS = 30;

/** Of somebody who believes everything: it proposes what others forge, and endorses it. */
const believing: Verifier = {
  verify: async (claims) => claims.map(() => true),
  verifyKeys: async (keys) => keys.map(() => true),
  holds: async () => true,
  close: async () => {},
};
/** How often a client that stays asks again. */
const AGAIN_MS = 2_000;

/** What is broken on purpose, to show that a property is looked at. */
export interface Broken {
  /** All validators believe everything. */
  readonly credulous?: boolean;
}

/** Whole nodes of two or three shards, wallets that pay across them, and what goes wrong meanwhile. */
export const simulateAtomix = async (
  seed: number,
  sink?: (line: string) => void,
  broken: Broken = {},
): Promise<Report> => {
  const rng = createRng(seed).fork('atomix');
  const cast = rng.fork('cast');
  const sharded = shardedGenesis(cast.chance(0.7) ? 2 : 3);
  const { genesis, masters } = sharded;
  const layout = layoutOf(genesis);
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
  let violation: string | undefined;
  const fail = (what: string): void => {
    violation ??= what;
  };
  const figures = {
    blocks: 0,
    epochs: 0,
    crashes: 0,
    cheats: 0,
    payments: 0,
    committed: 0,
    aborted: 0,
    rejected: 0,
    goodMs: 0,
  };

  const validators = masters.map((master) => validatorOf(genesis, master));
  const named = new Map(validators.map((validator) => [validator.name, validator]));
  const names = validators.map(({ name }) => name);
  for (const name of names) links.attach(name, (_from, deliver) => deliver());
  const committees = layout.shards.map(({ committee }) => committee.map(({ peer }) => named.get(peer)!));
  const shardOf = (validator: Validator): number => committees.findIndex((committee) => committee.includes(validator));
  /** At most one of a shard; it does not crash. */
  const cheats = new Map<Validator, Cheat>();
  const credulous = new Set<Validator>();
  if (cast.chance(0.6))
    for (const committee of committees) {
      if (cast.chance(0.2)) continue;
      const cheat = cast.pick(committee);
      cheats.set(cheat, cast.pick(CHEATS));
      if (cast.chance(0.5)) credulous.add(cheat);
    }
  const honest = validators.filter((validator) => !cheats.has(validator));

  const ledgers = createLedgers(sharded, fail);
  const wallets = createWallets(sharded, rng.fork('wallets'));
  const payments = new Map<string, Payment>();

  const world: World = {
    genesis,
    scheduler,
    rng,
    hub,
    names,
    diskMs: 6,
    wrap(network, validator) {
      const cheat = cheats.get(validator);
      const clock = { now: scheduler.now, setTimeout: scheduler.setTimeout };
      const place = {
        shard: shardOf(validator),
        shards: committees.length,
        clock,
        rng: rng.fork(`cheat ${validator.name}`),
      };
      return cheat === undefined ? network : cheating(network, cheat, place);
    },
    parts: (validator, alive) => {
      const shard = shardOf(validator);
      const short = `${shard}/${validator.name.slice(0, 6)}`;
      return {
        ...primitives(),
        certificates: listedCertificates,
        verifier: broken.credulous === true || credulous.has(validator) ? believing : createInlineVerifier(),
        log: (level, sentence, facts) => {
          if (level === 'error' && !cheats.has(validator)) fail(`halted: ${short}: ${facts['why']}`);
          if (!sentence.startsWith('A peer is')) log(`${short} ${sentence} ${JSON.stringify(facts)}`);
        },
        onFinal: (block) => {
          if (!alive() || cheats.has(validator)) return;
          const { height, epoch } = block.known.block.header;
          const before = ledgers.shards[shard]!.height;
          ledgers.onFinal(shard, block);
          if (ledgers.shards[shard]!.height === before) return;
          const steps = block.steps.map(({ kind, id }) => `${kind} ${bytesToHex(id).slice(0, 8)}`);
          log(`${short} final ${height} of ${epoch} ${steps.join(', ')}`);
          figures.blocks++;
          for (const { kind, id } of block.steps) {
            const payment = payments.get(bytesToHex(id));
            if (kind === 'committed') figures.committed++;
            if (kind === 'aborted') figures.aborted++;
            if (kind === 'rejected') figures.rejected++;
            if (payment === undefined) continue;
            if (kind === 'aborted') wallets.aborted(payment, shard);
            if (kind === 'included' || kind === 'committed' || kind === 'credited') wallets.made(payment, shard);
            if (kind === 'rejected' && payment.clean) fail(`innocent: ${payment.name.slice(0, 8)} is rejected`);
          }
        },
      };
    },
  };

  const start = (validator: Validator): void => {
    boot(world, validator).catch((cause: unknown) => fail(`start: ${cause instanceof Error ? cause.stack : cause}`));
  };
  const lay = (fault: Fault): void => {
    if (fault.type === 'crash') {
      const validator = named.get(fault.node)!;
      scheduler.at(fault.at, () => {
        if (validator.node === undefined) return;
        crash(world, validator);
        figures.crashes++;
        log(`${shardOf(validator)}/${validator.name.slice(0, 6)} crashes`);
        scheduler.setTimeout(() => start(validator), fault.downMs ?? 1_000);
      });
    } else if (fault.type === 'partition' || fault.type === 'link') {
      scheduler.at(fault.at, () => {
        const lift = fault.type === 'partition' ? links.partition(fault.groups) : links.apply(fault);
        if (fault.until !== undefined) scheduler.at(fault.until, lift);
      });
    }
  };

  const client = rng.fork('client');
  const epochNow = (): number => Math.min(...ledgers.shards.map(({ epoch }) => epoch));
  const hand = ({ bytes, name, clean }: Payment, shard: number): void => {
    const target = client.pick(committees[shard]!).node;
    target?.submit(bytes, 'client').then(
      (answer) => {
        if (answer.status !== 'rejected') return;
        log(`${name.slice(0, 8)} refused in ${shard}: ${answer.code}`);
        if (clean && !['expired', 'expiry-too-far', 'pool-full'].includes(answer.code))
          fail(`innocent: ${name.slice(0, 8)} is refused as ${answer.code}`);
      },
      (cause: unknown) => fail(`submit threw ${cause instanceof Error ? cause.stack : cause}`),
    );
  };
  const insist = (payment: Payment): void => {
    if (isOver(ledgers, payment)) return;
    for (const voter of payment.parties.voters) hand(payment, voter);
    scheduler.setTimeout(() => insist(payment), AGAIN_MS);
  };
  const take = (payment: Payment, stays: boolean): void => {
    payments.set(payment.name, payment);
    figures.payments++;
    log(
      `${payment.name.slice(0, 8)} of ${payment.parties.voters} to ${payment.parties.participants} until ${payment.body.expiry}${payment.clean ? '' : ', contradicted'}${stays ? '' : ', client gone'}`,
    );
    if (stays) insist(payment);
    else hand(payment, client.chance(0.9) ? client.pick(payment.parties.voters) : client.below(committees.length));
  };
  const leaving = cast.chance(0.5) ? 0.4 : 0;
  const shop = (): void => {
    if (payments.size >= PAYMENTS) return;
    for (const payment of wallets.next(epochNow() + client.below(3)))
      scheduler.setTimeout(() => take(payment, !client.chance(leaving)), client.below(800));
    scheduler.setTimeout(shop, client.below(1_200));
  };

  const { faults, names: adversities } = drawAdversities(
    rng.fork('faults'),
    committees.map((committee) => committee.map(({ name }) => name)),
    (name) => cheats.has(named.get(name)!),
  );
  log(`${committees.length} shards; ${adversities.join(', ') || 'no adversity'}`);
  for (const [validator, cheat] of cheats)
    log(
      `${shardOf(validator)}/${validator.name.slice(0, 6)}: ${cheat}${credulous.has(validator) ? ', credulous' : ''}`,
    );
  for (const fault of faults) lay(fault);
  for (const validator of validators) scheduler.at(0, () => start(validator));
  scheduler.at(100, shop);

  let events = await scheduler.run({ until: GOOD_FROM, stop: () => violation !== undefined });
  const last = wallets.last(epochNow() + 2);
  for (const payment of last) take(payment, true);
  const goals = setGoals({
    ledgers,
    payments: () => payments.values(),
    last,
    nodes: (shard) => committees[shard]!.filter((validator) => !cheats.has(validator)).map(({ node }) => node),
  });
  let isReached = false;
  const look = (): void => {
    isReached = goals.reached();
    scheduler.setTimeout(look, LOOK_MS);
  };
  look();
  events += await scheduler.run({
    until: GOOD_FROM + WITHIN_MS,
    stop: () => violation !== undefined || isReached,
  });
  figures.goodMs = scheduler.now() - GOOD_FROM;
  figures.epochs = epochNow();
  figures.cheats = cheats.size;
  if (violation === undefined) {
    const flaw = goals.flaw();
    if (flaw !== undefined) fail(flaw);
    for (const { node } of honest)
      if (cheats.size === 0 && node!.status().evidence > 0) fail('evidence: an honest validator was accused');
  }
  const virtualMs = scheduler.now();
  for (const { node } of validators) void node?.stop();
  await scheduler.run({ until: virtualMs + 1_000 });
  const heads = ledgers.shards.map(({ height, hash }) => [height, hash]);
  return {
    seed,
    ok: violation === undefined,
    ...(violation === undefined ? {} : { violation }),
    trace: bytesToHex(
      nodeHasher.sha256(Buffer.from(JSON.stringify([heads, virtualMs, bytesToHex(genesisHash(genesis))]))),
    ),
    events,
    virtualMs,
    figures,
  };
};
