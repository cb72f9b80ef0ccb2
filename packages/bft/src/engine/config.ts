import { utf8ToBytes } from '@noble/hashes/utils.js';
import { BftError } from '../errors.ts';
import type { Rules } from '../rules.ts';
import type { Schedule } from '../schedule.ts';
import type { Scope } from '../statements.ts';

/**
 * Bounds on what a peer can make a replica hold or compute; whole numbers from 1. Peers that are not members of the
 * committee count as one peer together, so that what all of them can take does not grow with their number.
 *
 * A replica holds at most (n + 1) * (futurePerPeer + pendingPerPeer + 1) messages for others.
 */
export interface Limits {
  /** Largest value in bytes. */
  readonly valueBytes: number;
  /**
   * Largest message in bytes. It must hold a value with its certificate and 53 bytes more, and the proposal that opens a
   * view: (n - f) * 118 bytes, the attachments of the schedule, a certificate and 110 bytes more.
   */
  readonly messageBytes: number;
  /** Verifications under way for one peer; what comes beyond is dropped, and sent again by an honest peer. */
  readonly pendingPerPeer: number;
  /** Messages kept for one peer about the next height. */
  readonly futurePerPeer: number;
}

/** What an engine is made of. */
export interface EngineConfig {
  readonly scope: Scope;
  /** This replica's name in the network. */
  readonly self: string;
  readonly schedule: Schedule;
  /** The digest (32 bytes) of a value's bytes, or undefined where they are no value. It must bind every byte. */
  readonly digest: (value: Uint8Array) => Uint8Array | undefined;
  readonly limits: Limits;
  readonly rules: Rules;
}

/** @throws BftError `configuration` for a scope or limits that no replica can work with. */
export const checkConfig = ({ scope, limits }: EngineConfig): void => {
  const demand = (holds: boolean, what: string): void => {
    if (!holds) throw new BftError('configuration', what);
  };
  demand(scope.chain.length === 32, `a chain's name has 32 bytes, not ${scope.chain.length}`);
  demand(utf8ToBytes(scope.instance).length <= 255, `an instance's name has at most 255 bytes: ${scope.instance}`);
  for (const [name, limit] of Object.entries(limits))
    demand(Number.isSafeInteger(limit) && limit >= 1, `${name} is a whole number from 1, not ${limit}`);
  demand(limits.messageBytes > limits.valueBytes + 4, 'the largest message must hold the largest value');
};
