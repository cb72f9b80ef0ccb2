import type { VerifiedBeacon } from '@ios/client/beacon';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Verified randomness as a record for `--json`. */
export interface BeaconRecord extends Omit<VerifiedBeacon, 'randomness'> {
  /** Genesis hash. */
  readonly chain: string;
  readonly randomness: string;
}

/** What `--json` prints of verified randomness. */
export const recordOf = (chain: Uint8Array, beacon: VerifiedBeacon): BeaconRecord => {
  const { epoch, randomness, attempt, view, leader, contributors, excluded } = beacon;
  const hex = bytesToHex(randomness);
  return { chain: bytesToHex(chain), epoch, randomness: hex, attempt, view, leader, contributors, excluded };
};

/** What people are shown of it. */
export const describe = ({ epoch, randomness, attempt, view, leader, contributors, excluded }: BeaconRecord): string =>
  `Epoch        ${epoch}
Randomness   ${randomness}
Led by       validator ${leader}${turns(attempt, view)}
Contributed  ${validators(contributors)}
Excluded     ${excluded.length === 0 ? 'nobody' : validators(excluded)}
`;

const turns = (attempt: number, view: number): string =>
  (view === 0 ? '' : `, after ${view} who did not make it`) + (attempt === 0 ? '' : `, in attempt ${attempt + 1}`);

const validators = (seats: readonly number[]): string =>
  `${seats.length === 1 ? 'validator' : 'validators'} ${seats.join(', ')}`;
