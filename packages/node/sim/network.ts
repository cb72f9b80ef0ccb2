import type { Genesis } from '@ios/client';
import { chainName, genesisHash } from '@ios/client';
import { createNetwork, createRng, createScheduler, drawFaults, type Fault, type Report } from '@ios/simulator';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { nodeChannels } from '../src/channels.ts';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';
import { register } from '../src/keys/register.ts';
import { createVoteMarker } from '../src/keys/vote-marker.ts';
import { createMemoryHub } from '../src/network/memory.ts';
import { createNode, type Node } from '../src/node.ts';
import type { Certificates } from '../src/shard/certificates.ts';
import { STORE_FORMAT } from '../src/shard/chain-store.ts';
import { createMemoryDisk, type MemoryDisk, openMemoryStore } from '../src/store/memory.ts';
import { createInlineVerifier } from '../src/verifier.ts';
import { type Transfer, Wallets, walletOutputs } from './wallets.ts';

const BAD_UNTIL = 20_000;
const UNTIL = 400_000;
const TRANSFERS = 60;

const NAME = { name: 'simulation', nonce: new Uint8Array(32).fill(3) };
const MASTERS = [1, 2, 3, 4].map((i) => new Uint8Array(32).fill(i));

/** Registering costs twelve proofs of possession: once for all runs. */
const registrations = MASTERS.map((master, i) =>
  register({ master, chainName: chainName(NAME), owner: walletOutputs(4)[i]!.owner, addresses: [] }, (length) =>
    new Uint8Array(length).fill(i + 7),
  ),
);

const genesis: Genesis = {
  version: 1,
  ...NAME,
  validators: [...registrations].sort((a, b) => Buffer.compare(a.identity, b.identity)),
  outputs: walletOutputs(24),
  policy: { ...DEFAULT_POLICY, blockIntervalMs: 100, idleMs: 1_000, baseTimeoutMs: 2_500, maxTimeoutMs: 20_000 },
};
const CHAIN = genesisHash(genesis);
const SUPPLY = genesis.outputs.reduce((sum, { amount }) => sum + amount, 0n);

/** One validator of the simulation through all its lives. */
interface Validator {
  readonly name: string;
  readonly master: Uint8Array;
  readonly disk: MemoryDisk;
  /** What is beside its key. */
  readonly votes: MemoryDisk;
  node: Node | undefined;
  /** Height that some life of it reported final. */
  reached: number;
  /** A life that died stays silent. */
  life: number;
}

class Violation extends Error {}

/** Whole nodes on memory twins: real machines, real signatures, disks that lose what was not synced. */
export const simulateNodes = async (
  seed: number,
  sink?: (line: string) => void,
  certificates?: Certificates,
): Promise<Report> => {
  const rng = createRng(seed).fork('node');
  const scheduler = createScheduler();
  const links = createNetwork<() => void>({
    scheduler,
    rng: rng.fork('links'),
    latency: { type: 'exponential', low: 2, mean: 15, high: 400 },
  });
  const hub = createMemoryHub({
    transmit: (from, to, _bytes, deliver, lose) => links.send(from, to, deliver, lose),
  });
  const validators: Validator[] = MASTERS.map((master) => ({
    name: bytesToHex(createIdentitySigner(master, chainName(genesis)).publicKey),
    master,
    disk: createMemoryDisk(),
    votes: createMemoryDisk(),
    node: undefined,
    reached: 0,
    life: 0,
  }));
  for (const { name } of validators) links.attach(name, (_from, deliver) => deliver());
  const names = validators.map(({ name }) => name);
  const faults = drawFaults(rng.fork('faults'), {
    nodes: names,
    until: BAD_UNTIL,
    crashes: { count: [1, 6], downMs: [50, 6_000] },
    partitions: { count: [0, 2], ms: [500, 5_000] },
    cuts: { count: [0, 2], ms: [500, 4_000] },
    losses: { count: [0, 2], ms: [500, 5_000], loss: 0.2, duplication: 0.1 },
  });

  const blocks = new Map<number, string>();
  const final = new Set<string>();
  const log = (line: string): void => sink?.(`${scheduler.now()} ${line}`);
  let violation: Violation | undefined;
  const fail = (what: string): void => {
    violation ??= new Violation(what);
  };
  const figures = { blocks: 0, crashes: 0, transfers: 0, waited: 0 };

  const boot = async (validator: Validator): Promise<void> => {
    const life = ++validator.life;
    const delays = rng.fork(`disk ${validator.name} ${life}`);
    const nonces = rng.fork(`nonces ${validator.name} ${life}`);
    const slow = delays.chance(0.2);
    const alive = (): boolean => validator.life === life;
    const clock = {
      now: () => scheduler.now(),
      setTimeout: (callback: () => void, ms: number) =>
        scheduler.setTimeout(() => {
          if (alive()) callback();
        }, Math.ceil(ms)),
    };
    const store = await openMemoryStore(validator.disk, {
      format: STORE_FORMAT,
      chain: CHAIN,
      delay: () => {
        const most = slow && scheduler.now() < BAD_UNTIL ? 2_000 : 6;
        return new Promise((resolve) => scheduler.setTimeout(resolve, delays.below(most)));
      },
    });
    const node = await createNode({
      genesis,
      identity: createIdentitySigner(validator.master, chainName(genesis), (length) => nonces.bytes(length)),
      clock,
      network: hub.join({
        self: validator.name,
        chain: CHAIN,
        peers: names.map((peer) => ({ peer, addresses: [] })),
        ...nodeChannels(genesis, hexToBytes(validator.name)),
      }),
      store,
      votes: createVoteMarker(await openMemoryStore(validator.votes, { format: STORE_FORMAT, chain: CHAIN })),
      verifier: createInlineVerifier(),
      hasher: nodeHasher,
      ...(certificates !== undefined && { certificates }),
      log: (level, sentence, facts) => {
        if (level === 'error') fail(`${validator.name.slice(0, 6)} halted: ${facts['why']}`);
        log(`${validator.name.slice(0, 6)} ${sentence} ${JSON.stringify(facts)}`);
      },
      onFinal: ({ known: { block, hash, ids } }) => {
        if (!alive()) return;
        const { height } = block.header;
        const hex = bytesToHex(hash);
        const before = blocks.get(height) ?? hex;
        blocks.set(height, before);
        if (before !== hex) fail(`two blocks at height ${height}`);
        validator.reached = height;
        for (const id of ids) final.add(bytesToHex(id));
        figures.blocks++;
        log(`${validator.name.slice(0, 6)} final ${height} ${hex.slice(0, 8)} with ${ids.length}`);
      },
    });
    if (!alive()) return;
    if (node.head().height < validator.reached)
      fail(`a final block was lost: ${validator.reached} is now ${node.head().height}`);
    validator.node = node;
    await node.start();
  };

  const crash = (validator: Validator): void => {
    if (validator.node === undefined) return;
    const dead = validator.node;
    validator.life++;
    validator.node = undefined;
    const kept = rng.fork(`crash ${scheduler.now()}`);
    validator.disk.crash((count) => kept.below(count + 1));
    validator.votes.crash();
    // What is left of the dead process: its timers are mute, its store never answers, and its network leaves the hub.
    void dead.stop();
    figures.crashes++;
    log(`${validator.name.slice(0, 6)} crashes`);
  };

  const wallets = new Wallets(rng.fork('wallets'), CHAIN, chainName(genesis), genesis.outputs);
  const sent: Transfer[] = [];
  const client = rng.fork('client');
  const submit = (transfer: Transfer): void => {
    const target = client.pick(validators).node;
    target?.submit(transfer.bytes, 'client').then(
      ({ status }) => {
        if (status === 'waiting') figures.waited++;
      },
      (cause: unknown) => fail(`submit threw ${String(cause)}`),
    );
  };
  const outstanding = (): Transfer[] => sent.filter(({ id, pair }) => pair === undefined && !final.has(bytesToHex(id)));
  const shop = (): void => {
    if (sent.length < TRANSFERS) {
      const made = wallets.next();
      for (const transfer of made) {
        sent.push(transfer);
        figures.transfers++;
        scheduler.setTimeout(() => submit(transfer), client.below(400));
      }
      scheduler.setTimeout(shop, client.below(500));
    } else if (outstanding().length > 0) {
      // A node that crashed forgets what it had not seen final; a wallet asks again.
      for (const transfer of outstanding()) submit(transfer);
      scheduler.setTimeout(shop, 2_000);
    }
  };

  const start = (validator: Validator): void => {
    boot(validator).catch((cause: unknown) => fail(`start: ${cause instanceof Error ? cause.stack : cause}`));
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
  scheduler.at(0, shop);

  const settled = (): boolean =>
    scheduler.now() > BAD_UNTIL &&
    sent.length >= TRANSFERS &&
    outstanding().length === 0 &&
    validators.every(
      ({ node }) =>
        node?.head().height === validators[0]!.node?.head().height && node?.status().mempool.transactions === 0,
    );
  const events = await scheduler.run({ until: UNTIL, stop: () => violation !== undefined || settled() });

  if (violation === undefined) {
    if (outstanding().length > 0) fail(`progress: ${outstanding().length} transfers are not final`);
    const heads = new Set(validators.map(({ node }) => node && bytesToHex(node.head().executionDigest)));
    if (heads.size !== 1) fail(`progress: ${heads.size} different heads`);
    if (!settled()) fail('progress: the nodes never agree on one head with nothing pending');
    for (const { node } of validators) {
      const { outputs, fees } = node!.supply();
      if (outputs + fees !== SUPPLY) fail(`the supply is ${outputs + fees}, not ${SUPPLY}`);
      if (node!.status().evidence > 0) fail('an honest validator was accused');
    }
    const winners = sent
      .filter(({ id, pair }) => pair !== undefined && final.has(bytesToHex(id)))
      .map(({ pair }) => pair);
    if (new Set(winners).size !== winners.length) fail('two spends of one output are final');
  }
  // Closing takes virtual time too.
  const virtualMs = scheduler.now();
  for (const { node } of validators) void node?.stop();
  await scheduler.run({ until: virtualMs + 1_000 });
  const trace = bytesToHex(nodeHasher.sha256(Buffer.from(JSON.stringify([...blocks]) + virtualMs)));
  return {
    seed,
    ok: violation === undefined,
    ...(violation === undefined ? {} : { violation: violation.message }),
    trace,
    events,
    virtualMs,
    figures,
  };
};
