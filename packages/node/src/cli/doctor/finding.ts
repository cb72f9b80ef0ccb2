import { count } from '../count.ts';
import { describeFailure } from '../failure.ts';

/** What one check found: nothing wrong, something to know, something wrong, or that it could not be made. */
export interface Finding {
  /** What was checked, a stable word. */
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'fault' | 'skipped';
  readonly message: string;
  /** What to do, for warnings and faults. */
  readonly remedy?: string;
}

/** A check that found nothing wrong. */
export const ok = (check: string, message: string): Finding => ({ check, state: 'ok', message });

/** A check that could not be made, and why. */
export const skipped = (check: string, message: string): Finding => ({ check, state: 'skipped', message });

/** A check that found what need not stop the node. */
export const warning = (check: string, message: string, remedy: string): Finding => ({
  check,
  state: 'warning',
  message,
  remedy,
});

/** A check that found something wrong. */
export const fault = (check: string, message: string, remedy: string): Finding => ({
  check,
  state: 'fault',
  message,
  remedy,
});

/** A check that an error ended. */
export const failed = (check: string, error: unknown, remedy: string): Finding =>
  fault(check, describeFailure(error).message, remedy);

const MARKS: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok',
  warning: 'warning',
  fault: 'FAULT',
  skipped: 'skipped',
};

/** Findings for people: one paragraph each, remedies below. */
export function describeFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, state, message, remedy }) => {
    const head = `${MARKS[state].padEnd(7)}  ${check.padEnd(width)}  `;
    return `${head}${message}\n${remedy === undefined ? '' : `${' '.repeat(head.length)}Remedy: ${remedy}\n`}`;
  });
  const of = (state: Finding['state']): number => findings.filter((finding) => finding.state === state).length;
  const wrong = `${count(of('fault'), 'fault')}, ${count(of('warning'), 'warning')}`;
  const summary = `${wrong}, ${of('ok')} in order, ${of('skipped')} skipped`;
  return `${lines.join('')}\n${summary}\n`;
}

/** Whether anything is wrong. */
export const hasFault = (findings: readonly Finding[]): boolean => findings.some(({ state }) => state === 'fault');
