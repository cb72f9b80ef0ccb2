import { describe, expect, test } from 'vitest';
import { checkFault } from '../../src/devnet/faults/check.ts';
import { CRASH_STEPS, FAULTS, faultName, parseFault } from '../../src/devnet/faults/plan.ts';
import { parseReport } from '../../src/devnet/faults/reports.ts';
import { eventWords, faultWords } from '../../src/devnet/faults/words.ts';

const NAMES = [...FAULTS.filter((name) => name !== 'leader-crash'), ...CRASH_STEPS.map((at) => `leader-crash@${at}`)];

describe('the name of a fault', () => {
  test.each(NAMES)('%s', (name) => {
    expect(faultName(parseFault(name)!)).toBe(name);
    expect(faultWords(parseFault(name)!)).toMatch(/[a-z]$/);
  });
  test('a crash without a step is one in the middle', () => {
    expect(parseFault('leader-crash')).toEqual({ fault: 'leader-crash', step: 'selection' });
  });
  test.each(['', 'leader', 'leader-crash@', 'leader-crash@lunch', 'leader-crash@shares@shares', 'bad-dealer@shares'])(
    '%s is none',
    (name) => expect(parseFault(name)).toBeUndefined(),
  );
});

describe('a report', () => {
  test.each([
    [{ event: 'leads', epoch: 1, view: 2 }, 'asks for dealings as leader of view 2'],
    [{ event: 'proposes', epoch: 1, height: 3, view: 0 }, 'proposes as leader of view 0 what came of the selection'],
    [{ event: 'reveals', epoch: 1 }, 'shows the sign-off that it hid'],
    [{ event: 'named', seat: 2, kind: 'bad-dealing' }, 'names validator 2: bad-dealing'],
  ] as const)('%j', (event, words) => {
    expect(parseReport(JSON.stringify(event))).toEqual(event);
    expect(eventWords(event)).toBe(words);
  });
  test.each(['', 'text', '{', '{"event":"ready"}', '{"event":"fault"}', '{"event":"fault","epoch":-1}'])(
    'is not: %s',
    (line) => expect(parseReport(line)).toBeUndefined(),
  );
});

describe('a fault held against the randomness that was verified', () => {
  const epoch = { epoch: 2, randomness: '', failedAttempts: 0, passedOver: 1, excluded: [] };
  const byFaulty = { ...epoch, leader: 3, contributors: [0, 1] };
  const byOther = { ...epoch, leader: 0, contributors: [0, 3] };
  const checks = (name: string, made: typeof byOther) => () =>
    checkFault(parseFault(name)!, { validator: 3, epoch: 2 }, [made]);
  test.each(['leader-silent', 'leader-crash@lottery', 'leader-crash@dealing'])('%s: another led', (name) => {
    expect(checks(name, byOther)).not.toThrow();
    expect(checks(name, byFaulty)).toThrow(/In epoch 2 validator 3, which was faulty as leader, led the run/);
  });
  test.each(['hidden-signoff', 'leader-crash@signoff', 'leader-crash@shares', 'leader-crash@output'])(
    '%s: what was signed off counts',
    (name) => {
      expect(checks(name, byFaulty)).not.toThrow();
      expect(checks(name, byOther)).toThrow(/another selection counts than that of validator 3/);
    },
  );
  test('a selection that half of the others had may count or not', () => {
    expect(checks('leader-crash@selection', byFaulty)).not.toThrow();
    expect(checks('leader-crash@selection', byOther)).not.toThrow();
  });
  test('no randomness is made of what a bad dealer dealt, from there on', () => {
    expect(checks('bad-dealer', byFaulty)).not.toThrow();
    expect(checks('bad-dealer', byOther)).toThrow(/validator 3 dealt a false share, which is in epoch 2/);
    expect(checks('bad-dealer', { ...byOther, epoch: 1 })).toThrow(/no randomness was verified/);
    const before = { ...byOther, epoch: 1 };
    expect(() => checkFault({ fault: 'bad-dealer' }, { validator: 3, epoch: 2 }, [before, byFaulty])).not.toThrow();
  });
});
