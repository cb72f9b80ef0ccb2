import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { merkleRoot } from '@ios/crypto/merkle';
import { taggedHash } from '@ios/crypto/transcript';
import {
  applyBlock,
  assembleBlock,
  bindBlock,
  checkWitnesses,
  createUtxoSet,
  encodeBlock,
  formatIos,
  genesisDelta,
  INITIAL_EXECUTION_DIGEST,
  nextExecutionDigest,
  parseIos,
  signTransaction,
  undo,
} from '@ios/ledger';

export const example = (): string[] => {
  const lines: string[] = [];
  const named = (name: string): Uint8Array =>
    taggedHash(
      'ios/example/v1/bytes',
      Uint8Array.from(name, (c) => c.charCodeAt(0)),
    );
  const [chain, chainName] = [named('chain'), named('chain name')];
  const [alice, bob, validator] = [named('alice'), named('bob'), named('validator')].map(getPublicKey);

  // Genesis gives Alice five coins.
  const set = createUtxoSet();
  const genesis = genesisDelta([{ amount: parseIos('5'), owner: alice! }], chainName);
  set.apply(genesis);

  // She pays Bob one and a half, and keeps the rest but for a fee.
  const [coin] = set.outputsOf(alice!);
  const body = {
    chain,
    kind: 'transfer' as const,
    expiry: 2,
    inputs: [{ outpoint: coin!.outpoint, ...coin!.output }],
    outputs: [
      { amount: parseIos('1.5'), owner: bob! },
      { amount: parseIos('3.4999'), owner: alice! },
    ],
  };
  const payment = signTransaction(body, (message) => sign(message, named('alice')));

  // A proposer puts it into a block; a replica checks everything and applies the block.
  const position = {
    chain,
    shard: 0,
    epoch: 0,
    stepEntry: new Uint8Array(32),
    height: 1,
    previous: chain,
    proposer: 0,
  };
  const executionDigest = nextExecutionDigest(INITIAL_EXECUTION_DIGEST, genesis);
  const outboxRoot = merkleRoot([]);
  const proposal = assembleBlock({ ...position, executionDigest, outboxRoot }, new Uint8Array(0), [payment]);
  const { block } = bindBlock(encodeBlock(proposal));
  lines.push(`bad witness: ${block.transactions.find((transaction) => checkWitnesses(transaction)) ?? 'none'}`);
  const applied = applyBlock(set, block, { chain, epoch: 0 }, []);
  if (!applied.valid) throw new Error(applied.rejection.code);
  set.apply(applied.delta);
  lines.push(`Bob has ${formatIos(set.balance(bob!))}, Alice ${formatIos(set.balance(alice!))}`);

  // The same payment again finds its input spent.
  const again = applyBlock(set, block, { chain, epoch: 0 }, []);
  lines.push(`again: ${again.valid ? 'applied' : again.rejection.code}`);

  // The next block shares out the fee; undone, its delta leaves what was before.
  const next = assembleBlock({ ...position, height: 2, executionDigest, outboxRoot }, Uint8Array.of(1), []);
  const shared = applyBlock(set, next, { chain, epoch: 0 }, [validator!]);
  if (!shared.valid) throw new Error(shared.rejection.code);
  set.apply(shared.delta);
  lines.push(`the validator has earned ${formatIos(set.accrued(validator!))}`);
  set.apply(undo(shared.delta));
  lines.push(`undone: ${formatIos(set.accrued(validator!))} of ${formatIos(set.supply())}`);
  return lines;
};
