// A randomness beacon: four validators make 32 bytes for each epoch that none of them could foresee or choose. What they made
// becomes a file, and whoever has the genesis verifies it, without them and without a network.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainName, type Genesis, genesisHash } from '@ios/client';
import { describeBeaconFlaw, encodeBeaconBundle, trustBeacon, verifyBeaconBundle } from '@ios/client/beacon';
import {
  createIdentitySigner,
  createInlineVerifier,
  createNode,
  DEFAULT_POLICY,
  type Node,
  nodeChannels,
  nodeHasher,
  register,
  STORE_FORMAT,
  systemClock,
  systemEntropy,
} from '@ios/node';
import { createMemoryHub } from '@ios/node/network';
import { createMemoryDisk, openMemoryStore } from '@ios/node/store';

const EPOCHS = 2;

// 1. Genesis names four validators with their keys, and the rules: epochs of a few blocks here, of some minutes by default.
const name = { name: 'beacon', nonce: systemEntropy(32) };
const masters = Array.from({ length: 4 }, () => systemEntropy(32));
const owner = createIdentitySigner(systemEntropy(32), chainName(name)).publicKey;
const genesis: Genesis = {
  version: 1,
  ...name,
  validators: masters
    .map((master) => register({ master, chainName: chainName(name), owner, addresses: [] }, systemEntropy))
    .sort((a, b) => Buffer.compare(a.identity, b.identity)),
  outputs: [],
  policy: {
    ...DEFAULT_POLICY,
    ...{ blockIntervalMs: 10, idleMs: 40, epochMinBlocks: 4, epochMaxBlocks: 8, lotteryMs: 60 },
  },
};
const chain = genesisHash(genesis);

// 2. Four nodes, on disks and a network in memory. For each epoch a lottery says who leads; the leader gathers dealings, all
// sign off which of them count, and only then is any of them opened.
const hub = createMemoryHub();
const start = async (master: Uint8Array): Promise<Node> => {
  const identity = createIdentitySigner(master, chainName(name));
  const self = Buffer.from(identity.publicKey).toString('hex');
  const peers = genesis.validators.map((one) => ({ peer: Buffer.from(one.identity).toString('hex'), addresses: [] }));
  const node = await createNode({
    genesis,
    identity,
    clock: systemClock,
    network: hub.join({ self, chain, peers, ...nodeChannels(genesis, identity.publicKey) }),
    store: await openMemoryStore(createMemoryDisk(), { format: STORE_FORMAT, chain }),
    verifier: createInlineVerifier(),
    hasher: nodeHasher,
    log: () => {},
  });
  await node.start();
  return node;
};
const nodes = await Promise.all(masters.map(start));

// 3. Wait until one of them can show how the randomness of the last epoch came about: a quorum can.
const showing = async (epoch: number): Promise<Node> => {
  for (;;) {
    for (const node of nodes) if ((await node.beaconProof(epoch)) !== undefined) return node;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const node = await showing(EPOCHS);
console.log(`${nodes.length} validators made randomness for ${EPOCHS} epochs`);

// 4. Export: the records of all epochs, each signed by a quorum, and the transcript of the last. `ios beacon get 2 -o 2.beacon`
// does the same over RPC.
const records = [];
for (let epoch = 1; epoch <= EPOCHS; epoch++) records.push((await node.record(epoch))!);
const proof = (await node.beaconProof(EPOCHS))!;
const folder = await mkdtemp(join(tmpdir(), 'beacon-'));
const file = join(folder, `${EPOCHS}.beacon`);
await writeFile(file, encodeBeaconBundle({ chain, records, proof }));
await Promise.all(nodes.map((one) => one.stop()));
console.log('all of them are switched off');

// 5. Verify, by nothing but the genesis: `ios beacon verify 2.beacon --genesis genesis.json`. This part runs in a browser too.
const network = trustBeacon(genesis);
const bytes = new Uint8Array(await readFile(file));
const verdict = verifyBeaconBundle(network, bytes);
if (!verdict.valid) throw new Error(describeBeaconFlaw(verdict));
const { epoch, randomness, leader, contributors } = verdict;
console.log(`epoch ${epoch}: ${randomness.length} bytes, led by one of four: ${leader < 4}`);
console.log(`made of the secrets of two validators or more: ${contributors.length >= 2}`);

// 6. One byte changed, anywhere, and it proves nothing. Here the first byte of the hash of genesis, and the last of all.
for (const place of [5, bytes.length - 1]) {
  const changed = bytes.map((byte, i) => (i === place ? byte ^ 1 : byte));
  const refused = verifyBeaconBundle(network, changed);
  console.log(refused.valid ? 'it holds' : `refused: ${describeBeaconFlaw(refused)}`);
}

// 7. Nor does it prove anything in another network.
const other = trustBeacon({ ...genesis, nonce: systemEntropy(32) });
const elsewhere = verifyBeaconBundle(other, bytes);
console.log(elsewhere.valid ? 'it holds' : `elsewhere: ${describeBeaconFlaw(elsewhere)}`);

// 8. Randomness is for use: a draw that everybody can repeat.
const winner = (BigInt(`0x${Buffer.from(randomness).toString('hex')}`) % 1_000n) + 1n;
console.log(`ticket drawn from 1 to 1000: ${winner >= 1n && winner <= 1000n}`);
await rm(folder, { recursive: true });
