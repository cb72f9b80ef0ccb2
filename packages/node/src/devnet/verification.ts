import { setImmediate } from 'node:timers/promises';
import type { Genesis } from '@ios/client';
import type { Hasher } from '@ios/crypto/merkle';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import { type Audit, createAudit } from './audit.ts';
import type { Shown, ValidatorClient } from './follower.ts';

/**
 * Replays what validators have shown, from genesis up to `height`: blocks by the rules, each validator's certificates,
 * and every head that a validator claimed on the way; the supply must be conserved. @throws NodeError `audit`.
 */
export const verifyShown = async (
  genesis: Genesis,
  { blocks, certificates, heads }: Shown,
  height: number,
  hasher: Hasher,
  onBlock: (done: number, total: number) => void = () => {},
): Promise<Audit> => {
  const audit = createAudit(genesis, 0, hasher);
  const hold = (): void => {
    const hash = bytesToHex(audit.hash);
    const executionDigest = bytesToHex(audit.executionDigest);
    for (const [k, claimed] of heads.entries()) {
      const head = claimed.get(audit.height) ?? { hash, executionDigest };
      if (head.hash !== hash) throw lie(k, `claimed another block ${audit.height} than it showed`);
      if (head.executionDigest !== executionDigest) throw lie(k, `came to another state at height ${audit.height}`);
    }
  };
  hold();
  while (audit.height < height) {
    const at = audit.height;
    audit.take(
      blocks[at]!,
      certificates.map((own) => own[at]!),
    );
    hold();
    onBlock(audit.height, height);
    // A block takes a while: whoever wants to interrupt gets a turn.
    await setImmediate();
  }
  const supply = supplyOf(genesis);
  if (audit.state.outputs.supply() !== supply)
    throw new NodeError('audit', `The supply is ${audit.state.outputs.supply()}, genesis made ${supply}.`);
  return audit;
};

/** The sum of what genesis made, in atomic units. */
export const supplyOf = ({ outputs }: Genesis): bigint => outputs.reduce((sum, { amount }) => sum + amount, 0n);

/** Ids in one call. */
const BATCH = 256;

/**
 * Asks validator `k` where each transaction is, and holds its answers against the audited chain.
 * @throws NodeError `audit` where a transaction is not there, or said to be elsewhere.
 */
export const verifyPlaces = async (
  client: ValidatorClient,
  k: number,
  names: readonly string[],
  { places }: Pick<Audit, 'places'>,
): Promise<void> => {
  for (let at = 0; at < names.length; at += BATCH) {
    const ids = names.slice(at, at + BATCH);
    const answers = await client.call('getTransactions', { ids });
    for (const [i, name] of ids.entries()) {
      const place = places.get(name);
      if (place === undefined) throw new NodeError('audit', `Transfer ${name} is in no block.`);
      const answer = answers[i];
      if (answer?.status !== 'final') throw lie(k, `does not show transfer ${name} final`);
      if (answer.height !== place.height || answer.index !== place.index || answer.block !== place.block)
        throw lie(k, `shows transfer ${name} in another place than it is`);
    }
  }
};

/** Asks validator `k` what exists. @throws NodeError `audit` unless it is what genesis made. */
export const verifySupply = async (client: ValidatorClient, k: number, genesis: Genesis): Promise<void> => {
  const supply = supplyOf(genesis);
  const { outputs, fees } = await client.call('getSupply', {});
  if (BigInt(outputs) + BigInt(fees) !== supply) throw lie(k, `holds ${outputs} and ${fees}, genesis made ${supply}`);
};

const lie = (validator: number, what: string): NodeError =>
  new NodeError('audit', `Validator ${validator} ${what}.`, { validator });
