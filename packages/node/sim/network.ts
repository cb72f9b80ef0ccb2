import { chainName, type Genesis, genesisHash } from '@ios/client';
import { createRng, drawFaults, type Report } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import { register } from '../src/keys/register.ts';
import type { Certificates } from '../src/shard/certificates.ts';
import { createInlineVerifier } from '../src/verifier.ts';
import { close, createStage, lay, start, type Validator, validatorOf, type World } from './validators.ts';
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

/** Whole nodes on memory twins: real machines, real signatures, disks that lose what was not synced. */
export const simulateNodes = async (
  seed: number,
  sink?: (line: string) => void,
  certificates?: Certificates,
): Promise<Report> => {
  const rng = createRng(seed).fork('node');
  const validators = MASTERS.map((master) => validatorOf(genesis, master));
  const names = validators.map(({ name }) => name);
  const stage = createStage(rng, names);
  const { scheduler } = stage;
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
  let violation: string | undefined;
  const fail = (what: string): void => {
    violation ??= what;
  };
  const figures = { blocks: 0, crashes: 0, transfers: 0, waited: 0 };

  /** Heights that validators reported final in some life. */
  const reached = new Map<Validator, number>();

  const world: World = {
    ...stage,
    genesis,
    rng,
    validators,
    diskMs: (delays) => {
      const slow = delays.chance(0.2);
      return () => (slow && scheduler.now() < BAD_UNTIL ? 2_000 : 6);
    },
    parts: (validator, alive) => ({
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
        reached.set(validator, height);
        for (const id of ids) final.add(bytesToHex(id));
        figures.blocks++;
        log(`${validator.name.slice(0, 6)} final ${height} ${hex.slice(0, 8)} with ${ids.length}`);
      },
    }),
    onOpened: (validator, node) => {
      const before = reached.get(validator) ?? 0;
      if (node.head().height < before) fail(`a final block was lost: ${before} is now ${node.head().height}`);
    },
    onCrash: (validator) => {
      figures.crashes++;
      log(`${validator.name.slice(0, 6)} crashes`);
    },
    fail,
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

  for (const fault of faults) lay(world, fault);
  for (const validator of validators) scheduler.at(0, () => start(world, validator));
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
  const virtualMs = await close(world);
  const trace = bytesToHex(nodeHasher.sha256(Buffer.from(JSON.stringify([...blocks]) + virtualMs)));
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
