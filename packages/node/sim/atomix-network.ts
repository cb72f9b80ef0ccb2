import { chainName, genesisHash } from '@ios/client';
import { encodeTransaction } from '@ios/ledger';
import { createRng, type Report } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import { primitives } from '../src/core.ts';
import { nodeHasher } from '../src/hasher.ts';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';
import { layoutOf } from '../src/layout.ts';
import { listedCertificates } from '../src/shard/certificates.ts';
import { CHEATS, type Cheat, cheating } from './atomix-cheats.ts';
import { BAD_UNTIL, drawAdversities } from './atomix-faults.ts';
import { shardedGenesis } from './atomix-genesis.ts';
import { isOver, setGoals } from './atomix-goals.ts';
import { createLedgers } from './atomix-ledger.ts';
import { lying } from './atomix-liar.ts';
import { createLore } from './atomix-lore.ts';
import { createTally } from './atomix-tally.ts';
import { believing, createSharedVerifier } from './atomix-verifiers.ts';
import { createWallets, type Payment, spoilt } from './atomix-wallets.ts';
import { close, crash, createStage, lay, start, type Validator, validatorOf, type World } from './validators.ts';

/** From here on all is well: whoever crashed has had the time to come back. */
const GOOD_FROM = BAD_UNTIL + 2_000;
/** The time that is given from there on until nothing is left undone. */
const WITHIN_MS = 120_000;
/** How often it is looked whether that is so. */
const LOOK_MS = 100;
const PAYMENTS = 30;

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
  const validators = masters.map((master) => validatorOf(genesis, master));
  const named = new Map(validators.map((validator) => [validator.name, validator]));
  const stage = createStage(rng, [...named.keys()]);
  const { scheduler } = stage;
  const log = (line: string): void => sink?.(`${scheduler.now()} ${line}`);
  let violation: string | undefined;
  const fail = (what: string): void => {
    violation ??= what;
  };
  const tally = createTally();

  const verifier = createSharedVerifier((count) => tally.count('false signatures', count));
  const committees = layout.shards.map(({ committee }) => committee.map(({ peer }) => named.get(peer)!));
  const shardOf = (validator: Validator): number => committees.findIndex((committee) => committee.includes(validator));
  /** At most one of a shard; it does not crash. */
  const cheats = new Map<Validator, Cheat>();
  const credulous = new Set(broken.credulous === true ? validators : []);
  /** Those who lie when they lead, besides. */
  const liars = new Set<Validator>();
  if (cast.chance(0.6))
    for (const committee of committees) {
      if (cast.chance(0.2)) continue;
      const cheat = cast.pick(committee);
      cheats.set(cheat, cast.pick(CHEATS));
      if (cast.chance(0.5)) credulous.add(cheat);
      if (cast.chance(0.5)) liars.add(cheat);
    }
  const honest = validators.filter((validator) => !cheats.has(validator));

  const ledgers = createLedgers(sharded, fail);
  const lore = createLore(ledgers.shards);
  const wallets = createWallets(sharded, rng.fork('wallets'));
  const payments = new Map<string, Payment>();
  /** Shards and steps: the first validator that sees such a block final there crashes at once. */
  const stepCrashes = new Set<string>();

  const world: World = {
    ...stage,
    genesis,
    rng,
    validators,
    wrap(network, validator) {
      const cheat = cheats.get(validator);
      if (cheat === undefined) return network;
      const shard = shardOf(validator);
      const cheater = cheating(network, cheat, {
        shard,
        shards: committees.length,
        clock: { now: scheduler.now, setTimeout: scheduler.setTimeout },
        rng: rng.fork(`cheat ${validator.name}`),
        prepared: lore.prepared,
        onAct: () => tally.onAct(cheat),
      });
      if (!liars.has(validator)) return cheater;
      return lying(cheater, {
        layout: layout.shards[shard]!,
        lore,
        sharded,
        rng: rng.fork(`liar ${validator.name}`),
        sign: createIdentitySigner(validator.master, chainName(genesis)).sign,
        onLie(lie, height, proposer) {
          log(`${shard}/${validator.name.slice(0, 6)} proposes ${lie} at ${height}`);
          tally.onLie({ shard, height, proposer }, lie);
        },
        onBelieved(lie, peer) {
          if (!cheats.has(named.get(peer)!)) fail(`lie: a validator of shard ${shard} endorses ${lie}`);
        },
      });
    },
    parts: (validator, alive) => {
      const shard = shardOf(validator);
      const short = `${shard}/${validator.name.slice(0, 6)}`;
      return {
        ...primitives(),
        certificates: listedCertificates,
        verifier: credulous.has(validator) ? believing : verifier,
        log: (level, sentence, facts) => {
          if (!cheats.has(validator)) {
            if (level === 'error') fail(`halted: ${short}: ${facts['why']}`);
            // Of records and of the beacon, whose views and members differ, honest proposals are refused too.
            if (sentence === 'A proposal was refused.' && `${facts['instance']}`.startsWith('shard/')) {
              const [height, proposer] = [Number(facts['height']), Number(facts['proposer'])];
              const by = { shard, height, proposer, credulous: credulous.has(committees[shard]![proposer]!) };
              const flaw = tally.onRefusal(by, `${facts['why']}`);
              if (flaw !== undefined) fail(flaw);
            }
            if (sentence.startsWith('A validator signed two')) tally.count('evidence');
          }
          if (!sentence.startsWith('A peer is')) log(`${short} ${sentence} ${JSON.stringify(facts)}`);
        },
        onFinal: (block) => {
          if (!alive() || cheats.has(validator)) return;
          const { height, epoch } = block.known.block.header;
          const before = ledgers.shards[shard]!.height;
          ledgers.onFinal(shard, block);
          lore.onFinal(shard, block);
          if (ledgers.shards[shard]!.height === before) return;
          const steps = block.steps.map(({ kind, id }) => `${kind} ${bytesToHex(id).slice(0, 8)}`);
          log(`${short} final ${height} of ${epoch} ${steps.join(', ')}`);
          tally.onBlock(block);
          for (const { kind, id } of block.steps) {
            if (scheduler.now() < BAD_UNTIL && stepCrashes.delete(`${shard} ${kind}`)) {
              tally.count(`crash when ${kind}`);
              scheduler.setTimeout(() => crash(world, validator, 1_500), 0);
            }
            const payment = payments.get(bytesToHex(id));
            if (payment === undefined) continue;
            if (kind === 'aborted') wallets.aborted(payment, shard);
            if (kind === 'included' || kind === 'committed' || kind === 'credited') wallets.made(payment, shard);
            if (kind === 'rejected' && payment.clean) fail(`innocent: ${payment.name.slice(0, 8)} is rejected`);
          }
        },
      };
    },
    onCrash: (validator) => {
      tally.count('crashes');
      log(`${shardOf(validator)}/${validator.name.slice(0, 6)} crashes`);
    },
    fail,
  };

  const client = rng.fork('client');
  const epochNow = (): number => Math.min(...ledgers.shards.map(({ epoch }) => epoch));
  const hand = ({ bytes, name, clean }: Payment, shard: number): void => {
    const target = client.pick(committees[shard]!).node;
    target?.submit(bytes, 'client').then(
      (answer) => {
        if (answer.status !== 'rejected') return;
        if (answer.code === 'false-statement') tally.count('refused at the door');
        log(`${name.slice(0, 8)} refused in ${shard}: ${answer.code}`);
        if (clean && !['expired', 'expiry-too-far', 'pool-full'].includes(answer.code))
          fail(`innocent: ${name.slice(0, 8)} is refused as ${answer.code}`);
      },
      (cause: unknown) => fail(`submit threw ${cause instanceof Error ? cause.stack : cause}`),
    );
  };
  /** Shows somebody a payment with a bad witness before anybody has seen a good one. */
  const spoil = ({ name, parties, transaction }: Payment): void => {
    const node = client.pick(committees[client.pick(parties.voters)]!.filter((one) => !credulous.has(one))).node;
    if (node === undefined) return;
    tally.count('bad witness first');
    node.submit(encodeTransaction(spoilt(transaction)), 'client').then(
      ({ status }) => {
        if (status !== 'rejected') fail(`witness: ${name.slice(0, 8)} with a bad witness is ${status}`);
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
    lore.payments.push(payment);
    tally.count('payments');
    if (!payment.clean) tally.count('contradicted');
    if (!stays) tally.count('client gone');
    log(
      `${payment.name.slice(0, 8)} of ${payment.parties.voters} to ${payment.parties.participants} until ${payment.body.expiry}${payment.clean ? '' : ', contradicted'}${stays ? '' : ', client gone'}`,
    );
    if (broken.credulous !== true && client.chance(0.1)) spoil(payment);
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

  const {
    faults,
    names: adversities,
    steps,
  } = drawAdversities(
    rng.fork('faults'),
    committees.map((committee) => committee.map(({ name }) => name)),
    (name) => cheats.has(named.get(name)!),
  );
  log(`${committees.length} shards; ${adversities.join(', ') || 'no adversity'}`);
  for (const [validator, cheat] of cheats)
    log(
      `${shardOf(validator)}/${validator.name.slice(0, 6)}: ${cheat}${credulous.has(validator) ? ', credulous' : ''}${liars.has(validator) ? ', liar' : ''}`,
    );
  for (const step of steps) for (const shard of committees.keys()) stepCrashes.add(`${shard} ${step}`);
  for (const fault of faults) lay(world, fault);
  for (const validator of validators) scheduler.at(0, () => start(world, validator));
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
  tally.count('goodMs', scheduler.now() - GOOD_FROM);
  tally.count('epochs', epochNow());
  if (violation === undefined) {
    const flaw = goals.flaw();
    if (flaw !== undefined) fail(flaw);
    for (const { node } of honest)
      if (liars.size === 0 && node!.status().evidence > 0) fail('evidence: an honest validator was accused');
  }
  const virtualMs = await close(world);
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
    figures: tally.figures,
  };
};
