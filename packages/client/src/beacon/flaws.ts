import type { BeaconFlaw, BeaconVerdict } from './verify.ts';

const SENTENCES: Readonly<Record<BeaconFlaw, string>> = {
  malformed: 'it is damaged, or no file of the beacon',
  'other-chain': 'it is of a network with another genesis',
  'bad-record': 'a record does not follow from those before it',
  'bad-failure': 'a decision that an attempt failed does not hold',
  'other-run': 'its transcript is of another run than the record names',
  'other-randomness': 'its transcript gives another value than the record',
  'unexpected-session': 'its transcript is of another attempt, or of no validator',
  'other-session': 'its dealings are of another session',
  'wrong-group': 'a dealer stands in another group than the session puts it',
  'excluded-dealer': 'it holds a dealing of somebody who was excluded',
  'too-few-dealers': 'it holds too few dealings',
  'wrong-order': 'its dealings stand in another order than a selection',
  'not-signed-off': 'no quorum signed off its dealings',
  'bad-dealing': 'a dealing does not hold',
  'wrong-shares': 'it has not exactly the shares that recover each secret',
  'bad-share': 'a share does not hold',
  'wrong-output': 'its shares give another output',
};

/** Why a verdict refuses, as the end of a sentence. */
export function describeBeaconFlaw(verdict: Extract<BeaconVerdict, { valid: false }>): string {
  const { reason, epoch, culprit } = verdict;
  const place = epoch === undefined ? '' : ` (record ${epoch})`;
  return SENTENCES[reason] + place + (culprit === undefined ? '' : ` (validator ${culprit})`);
}
