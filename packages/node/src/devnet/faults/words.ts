import type { FaultEvent } from './conduct.ts';
import type { FaultPlan } from './plan.ts';

/** How far the others are when a leader is killed. */
const AT_STEP = {
  lottery: 'before anybody had heard from it',
  dealing: 'when the first dealing had come',
  selection: 'when about half of the others had its selection',
  signoff: 'when about half of the others had the sign-off',
  shares: 'when about half of the others had its shares',
  output: 'when about half of the others had the output that it proposes',
} as const;

/** What the faulty validator did, as a clause without its subject. */
export const faultWords = (plan: FaultPlan): string => {
  switch (plan.fault) {
    case 'leader-silent':
      return 'was to lead, and was silent';
    case 'leader-crash':
      return `led, and was killed by SIGKILL ${AT_STEP[plan.step]}`;
    case 'bad-dealer':
      return 'dealt a false share, from there on in every run';
    case 'hidden-signoff':
      return 'led, had the sign-off, and hid it';
  }
};

/** What a validator did otherwise, in the same form. */
export const eventWords = (event: Exclude<FaultEvent, { event: 'fault' }>): string => {
  switch (event.event) {
    case 'leads':
      return `asks for dealings as leader of view ${event.view}`;
    case 'proposes':
      return `proposes as leader of view ${event.view} what came of the selection`;
    case 'reveals':
      return 'shows the sign-off that it hid';
    case 'named':
      return `names validator ${event.seat}: ${event.kind}`;
  }
};
