// A payment across shards: Ada and Barbara, whose coins live in different shards, pay Grace in a third one. Either both coins
// move or neither does, though no shard sees another's state. Then two payments that come to nothing, and the money comes back.
import {
  applyToTree,
  createHeldTables,
  type Entry,
  executeEntries,
  type FinalHeader,
  HELD_TABLE,
  joinViews,
  type Leaf,
  nextCredits,
  nextDecision,
  nextTrim,
  outboxOf,
  outboxProver,
  outboxRoot,
  placementOver,
  proveState,
  refundOutpoint,
  type ShardProof,
  type Shown,
  verifyEntry,
  verifyShardProof,
} from '@ios/atomix';
import { createBucketTree } from '@ios/crypto/bucket-tree';
import { getPublicKey, sign, verify } from '@ios/crypto/ed25519';
import { taggedHash } from '@ios/crypto/transcript';
import {
  canonicalDelta,
  createUtxoSet,
  feeDelta,
  genesisDelta,
  genesisOutpoint,
  type Input,
  type OutPoint,
  type Output,
  POT,
  signTransaction,
  transactionId,
} from '@ios/ledger';

const SHARDS = 3;
const LOCK_FEE = 2n;
const chain = taggedHash('examples/cross-shard-payment/v1/chain');
const place = placementOver(SHARDS);
const seedOf = (name: string): Uint8Array => taggedHash('examples/cross-shard-payment/v1/key', Buffer.from(name));

// 1. Owners. Where somebody's coins live is a hash of the key; here each tries keys until one falls into the shard wanted.
const owners = ['Ada', 'Barbara', 'Grace'].map((name, shard) => {
  for (let n = 0; ; n++) {
    const seed = seedOf(`${name} ${n}`);
    const key = getPublicKey(seed);
    if (place(key) === shard) return { name, seed, key };
  }
});
const [ada, barbara, grace] = owners as [Owner, Owner, Owner];
type Owner = (typeof owners)[number];

// 2. Shards. Each has outputs, its records, queues and cursors, and a tree over all of it. How it agrees is not the subject: one
// key certifies its headers. A header says shard, epoch, what the block tells others, and at an end of an epoch the whole state.
const genesis: Output[] = [
  { amount: 500n, owner: ada.key },
  { amount: 100n, owner: ada.key },
  { amount: 300n, owner: barbara.key },
  { amount: 80n, owner: barbara.key },
];
const shards = owners.map((_, number) => {
  const delta = genesisDelta(genesis, chain).filter((change) => place(change.new!.subarray(8)) === number);
  const utxos = createUtxoSet();
  const tree = createBucketTree();
  utxos.apply(delta);
  applyToTree(tree, delta);
  const seed = seedOf(`shard ${number}`);
  return {
    number,
    utxos,
    held: createHeldTables((owner) => place(owner) === number),
    tree,
    seed,
    key: getPublicKey(seed),
    height: 0,
  };
});
type Shard = (typeof shards)[number];
const [first, second, third] = shards as [Shard, Shard, Shard];

const verifyHeader = (header: Uint8Array, certificate: Uint8Array): FinalHeader | undefined => {
  const [shard, epoch] = header as unknown as [number, number];
  const signer = shards[shard];
  if (signer === undefined || !verify(certificate, header, signer.key)) return undefined;
  const final = { chain, shard, epoch, outboxRoot: header.slice(2, 34) };
  return header.length === 34 ? final : { ...final, stateRoot: header.slice(34) };
};

/** A proof as whoever gets it sees it: checked, and what it shows. */
const show = (proof: ShardProof): Shown => {
  const evidence = verifyShardProof(proof, { chain, verifyHeader });
  if (evidence === undefined) throw new Error('a proof that does not verify');
  return { proof, evidence };
};

/** The next block of a shard, of one entry: checks its signatures and proofs, executes it, and returns what it tells others. */
const block = (shard: Shard, entry: Entry | undefined, epoch = 0): Shown[] => {
  if (entry === undefined) throw new Error('there is nothing to do yet');
  const { number, utxos, held, tree, seed } = shard;
  const checked = verifyEntry(entry, { chain, verifyHeader });
  if (!checked.valid) throw new Error(checked.rejection.code);
  const context = { chain, epoch, shard: number, height: shard.height + 1, place, lockFee: LOCK_FEE };
  const execution = executeEntries(joinViews(utxos, held), [checked.entry], context);
  if (!execution.valid) throw new Error(execution.rejection.code);
  shard.height++;
  const delta = canonicalDelta([...execution.delta, ...feeDelta(utxos, [], execution.fees)]);
  utxos.apply(delta);
  held.apply(delta);
  applyToTree(tree, delta);
  console.log(`  shard ${number}, block ${shard.height}: ${entry.kind}${execution.leaves.map(told).join('')}`);
  const outbox = outboxOf(execution.leaves);
  const header = Uint8Array.from([number, epoch, ...outboxRoot(outbox)]);
  const certificate = sign(header, seed);
  const prove = outboxProver(outbox);
  return outbox.map((_, index) => show({ form: 'outbox', header, certificate, ...prove(index) }));
};

const told = (leaf: Leaf): string => {
  switch (leaf.type) {
    case 'vote':
      return `, votes ${leaf.verdict}`;
    case 'commit':
      return ', tells that it has committed';
    case 'release':
      return ', tells that its record is gone';
    case 'credit':
      return `, queues credit ${leaf.number} of ${leaf.credit.amount} for shard ${leaf.receiver}`;
    case 'cursor':
      return `, tells shard ${leaf.carrier} that it is at ${leaf.next}`;
  }
};

const balances = (): void => {
  const of = owners.map(({ name, key }, shard) => `${name} ${shards[shard]!.utxos.balance(key)}`).join(', ');
  const records = shards.flatMap(({ held }) => held.entries()).filter(({ table }) => table === HELD_TABLE);
  console.log(`  ${of}; records: ${records.length}`);
};

/** A payment signed by the owners of its inputs. */
const pay = (coins: readonly (Output & { outpoint: OutPoint })[], to: Owner, amount: bigint) => {
  const inputs: Input[] = [...coins];
  const outputs = [{ amount, owner: to.key }];
  const body = { chain, kind: 'transfer' as const, expiry: 1, inputs, outputs };
  const transaction = signTransaction(body, (message, owner) =>
    sign(message, owners.find(({ key }) => Buffer.compare(key, owner) === 0)!.seed),
  );
  return { id: transactionId(body), entry: { kind: 'transaction' as const, transaction } };
};
const coin = (index: number) => ({ ...genesis[index]!, outpoint: genesisOutpoint(chain, index) });

/** What can be done in a shard about a transaction, given what others told. */
const decide = (shard: Shard, id: Uint8Array, shown: readonly Shown[]): Entry | undefined => {
  const record = shard.held.held(id);
  return record && nextDecision(id, record, shard.number, place, shown);
};

console.log('Ada (shard 0) and Barbara (shard 1) pay Grace (shard 2) 790 together; 10 is the fee.');
balances();

// 3. Votes. Each shard with a coin in it finds the coin as stated, and holds it: it leaves the outputs for a record.
const payment = pay([coin(0), coin(2)], grace, 790n);
const votes = [first, second].map((shard) => block(shard, payment.entry));
balances();

// 4. Barbara tries to spend the held coin a second time, together with Ada's other one. Shard 0 cannot know, and accepts; shard 1
// rejects, which leaves nothing in its state. The vote against is what releases Ada's coin, under a new name, less the lock fee.
console.log('Meanwhile Barbara spends the same coin again, with the other coin of Ada.');
const again = pay([coin(1), coin(2)], barbara, 390n);
block(first, again.entry);
const against = block(second, again.entry);
block(first, decide(first, again.id, against));
balances();

// 5. Commit. Each voter was shown the other's vote. Shard 0, the lowest voter, also queues what is for Grace's shard.
console.log('The first payment goes on.');
const told0 = block(first, decide(first, payment.id, votes[1]!));
const told1 = block(second, decide(second, payment.id, votes[0]!));

// 6. The credit. Numbers make it impossible to apply it twice: the shard takes the number that is next, and no other.
const credits = nextCredits(third.held, 0, 2, told0);
const cursor = block(third, credits);
balances();
try {
  block(third, credits);
} catch (error) {
  console.log(`  the same proof again: ${(error as Error).message}`);
}

// 7. Cleaning up: the carrier drops the credit that was applied, and each voter its record once the other has committed.
block(first, nextTrim(first.held, 2, 0, cursor));
block(first, decide(first, payment.id, told1));
block(second, decide(second, payment.id, told0));
balances();

// 8. Nobody tells shard 1. Shard 0 has accepted and holds Ada's coin; it may not give it back by its own clock, for shard 1 could
// be accepting at that moment. But a shard accepts nothing that has expired: once it ends the expiry epoch without a record of the
// payment, it never will, and its state proves it.
console.log('Ada and Barbara agree on another payment, and shard 1 never hears of it.');
const refund = {
  amount: genesis[1]!.amount - LOCK_FEE,
  owner: ada.key,
  outpoint: refundOutpoint(again.id, 0),
};
const forgotten = pay([refund, coin(3)], grace, 170n);
block(first, forgotten.entry);
balances();
const absence = (epoch: number): Shown => {
  const header = Uint8Array.from([1, epoch, ...outboxRoot([]), ...second.tree.root()]);
  return show({ header, certificate: sign(header, second.seed), ...proveState(second.tree, HELD_TABLE, forgotten.id) });
};
console.log(`  by the end of epoch 0 of shard 1: ${decide(first, forgotten.id, [absence(0)])?.kind ?? 'nothing yet'}`);
console.log(`  by the end of epoch 1 of shard 1: ${decide(first, forgotten.id, [absence(1)])?.kind ?? 'nothing yet'}`);
block(first, decide(first, forgotten.id, [absence(1)]), 2);
balances();

// 9. Nothing was made or lost: what the owners lack lies in the shards as fees, for those who made the blocks.
const fees = shards.map(({ number, utxos }) => `shard ${number} ${utxos.accrued(POT)}`).join(', ');
const supply = shards.reduce((sum, { utxos }) => sum + utxos.supply(), 0n);
console.log(`fees: ${fees}; all together ${supply} of ${genesis.reduce((sum, { amount }) => sum + amount, 0n)}`);
