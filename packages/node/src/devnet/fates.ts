import { HELD_TABLE, type Parties } from '@ios/atomix';
import { NodeError } from '../errors.ts';
import type { StepKind } from '../shard/steps.ts';
import type { Audit } from './audit.ts';
import type { Tracked } from './submission.ts';

/** A transfer that no shard has committed, and never will. */
export interface AbortedTransfer {
  /** Its id in hex. */
  readonly id: string;
  /**
   * `rejected`: `shard` voted against it. `absent`: others had accepted it, `shard` not when it expired. `expired`: no shard
   * had; `shard` is the first of those that should have.
   */
  readonly reason: 'rejected' | 'absent' | 'expired';
  readonly shard: number;
}

/** What is looked at in the audited chain of a shard. */
type Audited = Pick<Audit, 'steps' | 'epoch' | 'state'>;

/** Whether no record is held, and no credit under way. */
export const isQuiet = (audits: readonly Pick<Audit, 'state'>[]): boolean =>
  audits.every(
    ({ state: { held } }, shard) =>
      held.entries().every(({ table }) => table !== HELD_TABLE) &&
      audits.every((other, receiver) => held.span(receiver).end === other.state.held.cursor(shard).next),
  );

/** Whether the shards have nothing more to do about these transfers: each voter has had its word, or is past their expiry. */
export const isOver = (
  transfers: readonly Pick<Tracked, 'name' | 'parties' | 'expiry'>[],
  audits: readonly Audited[],
): boolean =>
  isQuiet(audits) &&
  transfers.every(({ name, parties, expiry }) =>
    parties.voters.every((shard) => audits[shard]!.steps.has(name) || audits[shard]!.epoch > expiry),
  );

/** The step with which a shard has done its part in a transfer. */
const lastStep = ({ voters }: Parties, shard: number): StepKind => {
  if (!voters.includes(shard)) return 'credited';
  return voters.length === 1 ? 'included' : 'committed';
};

/**
 * Those of the transfers that were given up. Every other one has been done by each shard that has a part in it.
 * @throws NodeError `audit` for one that some shards have done and others not, or that may be done yet
 */
export const verifyFates = (
  transfers: readonly Pick<Tracked, 'name' | 'parties' | 'expiry'>[],
  audits: readonly Audited[],
): AbortedTransfer[] =>
  transfers.flatMap(({ name, parties, expiry }): AbortedTransfer[] => {
    const steps = (shard: number) => audits[shard]!.steps.get(name);
    const left = parties.participants.filter((shard) => !steps(shard)?.has(lastStep(parties, shard)));
    if (left.length === 0) return [];
    const refuse = (shard: number): never => {
      throw new NodeError('audit', `Transfer ${name} is not ${lastStep(parties, shard)} in shard ${shard}.`, { shard });
    };
    if (left.length < parties.participants.length) refuse(left[0]!);
    const { voters } = parties;
    const why = voters.map((shard) => steps(shard)?.get('aborted')?.why).find((found) => found !== undefined);
    if (why !== undefined) return [{ id: name, ...why }];
    const against = voters.find((shard) => steps(shard)?.has('rejected'));
    if (against !== undefined) return [{ id: name, reason: 'rejected', shard: against }];
    const open = voters.find((shard) => steps(shard) !== undefined || audits[shard]!.epoch <= expiry);
    return open === undefined ? [{ id: name, reason: 'expired', shard: voters[0]! }] : refuse(open);
  });
