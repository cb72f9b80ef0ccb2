import { setImmediate } from 'node:timers/promises';
import { HELD_TABLE, type HeldTables } from '@ios/atomix';
import type { Genesis } from '@ios/client';
import type { TransactionAnswer } from '@ios/client/methods';
import type { UtxoSet } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import type { Audit, AuditedSteps } from './audit.ts';
import type { Follower, Member } from './follower.ts';

/**
 * Has an audit, which begins at genesis, go on up to `height` with what the validators of its shard have shown: blocks by the
 * rules, each validator's certificates, and every head that a validator claimed on the way. @throws NodeError `audit`.
 */
export const auditFurther = async (
  audit: Audit,
  { members, shown: { blocks, certificates, heads } }: Pick<Follower, 'members' | 'shown'>,
  height: number,
  onBlock: () => void = () => {},
): Promise<void> => {
  const hold = (): void => {
    const hash = bytesToHex(audit.hash);
    const executionDigest = bytesToHex(audit.executionDigest);
    for (const [k, claimed] of heads.entries()) {
      const { seat } = members[k]!;
      const head = claimed.get(audit.height) ?? { hash, executionDigest };
      if (head.hash !== hash) throw lie(seat, `claimed another block ${audit.height} than it showed`);
      if (head.executionDigest !== executionDigest) throw lie(seat, `came to another state at height ${audit.height}`);
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
    onBlock();
    // A block takes a while: whoever wants to interrupt gets a turn.
    await setImmediate();
  }
};

/** The sum of what genesis made, in atomic units. */
export const supplyOf = ({ outputs }: Genesis): bigint => outputs.reduce((sum, { amount }) => sum + amount, 0n);

/** What is looked at when all is done. */
interface Remains {
  readonly outputs: Pick<UtxoSet, 'supply'>;
  readonly held: Pick<HeldTables, 'entries' | 'span' | 'cursor'>;
}

/**
 * That nothing is on its way between shards any more, and that all of them together have what genesis made.
 * @param audits - one for each shard, by their numbers
 * @throws NodeError `audit` with what is left, or what was lost or made
 */
export const verifyAll = (genesis: Genesis, audits: readonly { readonly state: Remains }[]): void => {
  const refuse = (what: string): never => {
    throw new NodeError('audit', `${what}.`);
  };
  for (const [shard, { state }] of audits.entries()) {
    const records = state.held.entries().filter(({ table }) => table === HELD_TABLE).length;
    if (records > 0) refuse(`Shard ${shard} has ${records} records of transactions that are not settled`);
    for (const [receiver, other] of audits.entries()) {
      const left = state.held.span(receiver).end - other.state.held.cursor(shard).next;
      if (left !== 0n) refuse(`Shard ${receiver} has not applied ${left} credits of shard ${shard}`);
    }
  }
  const supply = audits.reduce((sum, { state }) => sum + state.outputs.supply(), 0n);
  if (supply !== supplyOf(genesis)) refuse(`The supply is ${supply}, genesis made ${supplyOf(genesis)}`);
};

/** Ids in one call. */
const BATCH = 256;

/**
 * Asks a validator where each transaction stands, and holds its answers against the audited chain of its shard.
 * @throws NodeError `audit` where a transaction is not there, or said to be elsewhere.
 */
export const verifyPlaces = async (
  { seat, client }: Member,
  names: readonly string[],
  { steps }: Pick<Audit, 'steps'>,
): Promise<void> => {
  for (let at = 0; at < names.length; at += BATCH) {
    const ids = names.slice(at, at + BATCH);
    const answers = await client.call('getTransactions', { ids });
    for (const [i, name] of ids.entries()) {
      const taken = steps.get(name);
      if (taken === undefined) throw new NodeError('audit', `Transfer ${name} is in no block.`);
      const wanted = answerFor(taken);
      const answer = answers[i];
      if (answer?.status !== wanted.status) throw lie(seat, `does not show transfer ${name} ${wanted.status}`);
      if (canonical(answer) !== canonical(wanted))
        throw lie(seat, `shows transfer ${name} in another place than it is`);
    }
  }
};

/** What an honest validator answers for a transaction with which its shard is done. */
const answerFor = (steps: AuditedSteps): TransactionAnswer => {
  const [included, accepted] = [steps.get('included'), steps.get('accepted')];
  const [committed, aborted, credited] = [steps.get('committed'), steps.get('aborted'), steps.get('credited')];
  if (included !== undefined)
    return { status: 'final', height: included.height, block: included.block, index: included.index };
  if (committed !== undefined && accepted !== undefined) {
    const { height, block } = committed;
    return { status: 'committed', height, block, accepted: { height: accepted.height, index: accepted.index } };
  }
  if (aborted?.why !== undefined)
    return { status: 'aborted', height: aborted.height, block: aborted.block, ...aborted.why };
  if (credited !== undefined) return { status: 'credited', height: credited.height, block: credited.block };
  if (accepted !== undefined)
    return { status: 'locked', height: accepted.height, block: accepted.block, index: accepted.index };
  return { status: 'refused', height: steps.get('rejected')!.height };
};

/** The same text for equal answers. */
const canonical = (answer: TransactionAnswer): string =>
  JSON.stringify(Object.entries(answer).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Asks a validator what exists in its shard. @throws NodeError `audit` unless it is what the audited chain leaves. */
export const verifySupply = async (
  { seat, client }: Member,
  { state }: { readonly state: Pick<Remains, 'outputs'> },
): Promise<void> => {
  const supply = state.outputs.supply();
  const { outputs, fees } = await client.call('getSupply', {});
  if (BigInt(outputs) + BigInt(fees) !== supply)
    throw lie(seat, `holds ${outputs} and ${fees}, its shard has ${supply}`);
};

const lie = (validator: number, what: string): NodeError =>
  new NodeError('audit', `Validator ${validator} ${what}.`, { validator });
