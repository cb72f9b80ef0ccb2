import {
  createHeldTables,
  type Entry,
  executeEntries,
  joinViews,
  nextDecision,
  outboxOf,
  outboxProver,
  outboxRoot,
  placementOver,
  type Shown,
  verifyEntry,
  verifyShardProof,
} from '@ios/atomix';
import { getPublicKey, sign, verify } from '@ios/crypto/ed25519';
import { createUtxoSet, genesisDelta, genesisOutpoint, signTransaction, transactionId } from '@ios/ledger';

export const example = (): string[] => {
  const lines: string[] = [];
  const chain = new Uint8Array(32).fill(7);
  const place = placementOver(2);
  const seed = (n: number): Uint8Array => new Uint8Array(32).fill(n);

  // How a shard agrees is not this package's business: here one key certifies each header, which is shard ‖ outbox root.
  const keys = [getPublicKey(seed(100)), getPublicKey(seed(101))];
  const verifyHeader = (header: Uint8Array, certificate: Uint8Array) =>
    verify(certificate, header, keys[header[0]!]!)
      ? { chain, shard: header[0]!, epoch: 0, outboxRoot: header.slice(1) }
      : undefined;

  // Alice's coins live in shard 0, Bob's in shard 1: where an owner's coins are is a hash of the owner.
  const seeds = [...Array(20).keys()].map(seed);
  const [alice, bob] = [0, 1].map((shard) => seeds.find((secret) => place(getPublicKey(secret)) === shard)!);
  const [aliceKey, bobKey] = [getPublicKey(alice!), getPublicKey(bob!)];
  const coins = [
    { amount: 500n, owner: aliceKey },
    { amount: 300n, owner: bobKey },
  ];
  const shards = [0, 1].map((shard) => {
    const utxos = createUtxoSet();
    utxos.apply(genesisDelta(coins, chain).filter((change) => place(change.new!.subarray(8)) === shard));
    const held = createHeldTables((owner) => place(owner) === shard);
    return { shard, utxos, held };
  });

  /** A block of one entry: what it says to others comes out as proofs. */
  const block = (at: number, entry: Entry): Shown[] => {
    const { shard, utxos, held } = shards[at]!;
    const checked = verifyEntry(entry, { chain, verifyHeader });
    if (!checked.valid) throw new Error(checked.rejection.code);
    const context = { chain, epoch: 0, shard, height: 1, place, lockFee: 1n };
    const execution = executeEntries(joinViews(utxos, held), [checked.entry], context);
    if (!execution.valid) throw new Error(execution.rejection.code);
    utxos.apply(execution.delta);
    held.apply(execution.delta);
    const outbox = outboxOf(execution.leaves);
    const header = Uint8Array.from([shard, ...outboxRoot(outbox)]);
    const certificate = sign(header, seed(100 + shard));
    const prove = outboxProver(outbox);
    return outbox.map((_, index) => {
      const proof = { form: 'outbox' as const, header, certificate, ...prove(index) };
      return { proof, evidence: verifyShardProof(proof, { chain, verifyHeader })! };
    });
  };

  // Together they pay 799 to Alice. Both sign the one transaction; each shard that holds a coin of it votes.
  const inputs = coins.map((output, number) => ({ outpoint: genesisOutpoint(chain, number), ...output }));
  const body = { chain, kind: 'transfer' as const, expiry: 1, inputs, outputs: [{ amount: 799n, owner: aliceKey }] };
  const id = transactionId(body);
  const transaction = signTransaction(body, (message, owner) => sign(message, owner === aliceKey ? alice! : bob!));
  const votes = [0, 1].map((shard) => block(shard, { kind: 'transaction', transaction }));
  lines.push(
    `votes: ${votes.flat().map(({ evidence }) => `shard ${evidence.shard} ${'verdict' in evidence ? evidence.verdict : ''}s`)}`,
  );
  lines.push(`meanwhile Bob's coin is ${shards[1]!.utxos.balance(bobKey) === 0n ? 'held' : 'free'}`);

  // Anybody carries the proofs: each shard commits on the other's vote, then drops its record on the other's commit.
  const decide = (shard: number, shown: readonly Shown[]): Shown[] =>
    block(shard, nextDecision(id, shards[shard]!.held.held(id)!, shard, place, shown)!);
  const commits = [decide(0, votes[1]!), decide(1, votes[0]!)];
  lines.push(`Alice has ${shards[0]!.utxos.balance(aliceKey)}, Bob ${shards[1]!.utxos.balance(bobKey)}`);
  decide(0, commits[1]!);
  decide(1, commits[0]!);
  lines.push(`records left: ${shards.flatMap(({ held }) => held.entries()).length}`);
  return lines;
};
