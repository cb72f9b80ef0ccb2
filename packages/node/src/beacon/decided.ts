import { type Decision, encodeCertificate } from '@ios/bft';
import { type CertifiedValue, decodeBeaconValue } from '@ios/client/epochs';
import type { DecisionLog } from '../instance/decision-log.ts';
import { afterDecision, type BeaconPosition, FIRST_POSITION } from './position.ts';

/** What the decisions of the beacon say, up to the last one. */
export interface Decided {
  readonly position: BeaconPosition;
  /** Goes on by the next decision. @throws NodeError `diverged` for one that cannot follow */
  advance(decision: Decision): void;
  /** The decided output for an epoch. */
  output(epoch: number): CertifiedValue | undefined;
  /** That attempts 0, 1, … of an epoch failed. */
  failures(epoch: number): readonly CertifiedValue[];
  /** rnd(epoch), 32 bytes, where it is decided. */
  randomness(epoch: number): Uint8Array | undefined;
}

/** Reads all decisions of `n` seats from their log. @param initialRandomness - rnd(0) */
export const readDecided = async (
  log: Pick<DecisionLog, 'all'>,
  initialRandomness: Uint8Array,
  n: number,
): Promise<Decided> => {
  const outputs = new Map<number, CertifiedValue>();
  const failures = new Map<number, readonly CertifiedValue[]>();
  const randomness = new Map<number, Uint8Array>([[0, initialRandomness]]);
  let position = FIRST_POSITION;

  const advance = (decision: Decision): void => {
    const value = decodeBeaconValue(decision.value);
    position = afterDecision(position, decision, n);
    if (value === undefined || value.kind === 'selection') return;
    const certificate = encodeCertificate(decision.certificate);
    const certified = { height: decision.height, value: decision.value, certificate };
    if (value.kind === 'failed') {
      failures.set(value.epoch, [...(failures.get(value.epoch) ?? []), certified]);
      return;
    }
    outputs.set(value.epoch, certified);
    randomness.set(value.epoch, value.randomness);
  };
  for await (const decision of log.all()) advance(decision);

  return {
    get position() {
      return position;
    },
    advance,
    output: (epoch) => outputs.get(epoch),
    failures: (epoch) => failures.get(epoch) ?? [],
    randomness: (epoch) => randomness.get(epoch),
  };
};
