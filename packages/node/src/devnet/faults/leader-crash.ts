import type { Conduct, Stage } from './conduct.ts';
import { createLeading, type Led } from './leading.ts';
import type { CrashStep } from './plan.ts';
import type { Speech } from './speech.ts';

/** The tree along which proposals go has so many branches: more than half of them are not told at the first. */
const BRANCHES = 8;

/** How far the leader is with its part. */
type Done = 'leads' | 'proposed' | 'signedOff';

/**
 * The process of the leader is killed: `lottery`, once it knows that it leads, before it says so; `dealing`, when the first
 * dealing has come; at the other steps when about half of the others have what it says then, and the rest have not: its
 * selection, the sign-off of that, its shares, the output.
 */
export const crashingLeader = (step: CrashStep, { take, report, others, die }: Stage): Conduct => {
  const leading = createLeading();
  let led: Led | undefined;
  let done: Done = 'leads';
  let cast = false;
  let told = 0;
  let dead = false;

  const end = (epoch: number): void => {
    dead = true;
    report({ event: 'fault', epoch });
    die();
  };

  /** Takes in what is said, and answers which step it belongs to. */
  const stepOf = (said: Speech): CrashStep | undefined => {
    const isSelection = 'height' in said && said.height % 2 === 0;
    if (said.say === 'proposal' && leading.isOwn(said)) {
      if (isSelection) {
        done = 'proposed';
        return 'selection';
      }
      return done === 'signedOff' ? 'output' : undefined;
    }
    if (said.say === 'decided' && isSelection && done !== 'leads') {
      done = 'signedOff';
      return 'signoff';
    }
    return said.say === 'shares' && done === 'signedOff' ? 'shares' : undefined;
  };

  return {
    outgoing(said) {
      if (dead) return false;
      const begun = leading.said(said);
      if (begun !== undefined) {
        cast ||= begun.view === 0 && take();
        led = cast ? begun : undefined;
        done = 'leads';
        if (cast && step === 'lottery') end(begun.epoch);
      }
      if (dead) return false;
      if (led === undefined || leading.epoch !== led.epoch || stepOf(said) !== step) return true;
      if (told++ < Math.floor(Math.min(others(), BRANCHES) / 2)) return true;
      end(led.epoch);
      return false;
    },
    incoming(said) {
      leading.heard(said);
      if (!dead && led !== undefined && step === 'dealing' && said.say === 'dealing' && said.epoch === led.epoch)
        end(led.epoch);
    },
  };
};
