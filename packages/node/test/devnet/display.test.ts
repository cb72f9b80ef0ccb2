import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createDisplay, silentDisplay } from '../../src/devnet/display.ts';
import type { ReplayProgress } from '../../src/devnet/replay.ts';
import { answerStatus } from '../../src/rpc/answers.ts';
import { healthyStatus } from '../rpc/fake-service.ts';

const progress = (final: number, elapsedMs: number): ReplayProgress => ({
  total: 10,
  accepted: 9,
  final,
  statuses: [answerStatus(healthyStatus), { ...answerStatus(healthyStatus), peers: ['a'] }, undefined],
  elapsedMs,
  latencies: final === 0 ? [] : [1_000, 2_400],
});

/** A stream that keeps what is written to it, on a terminal or not. */
const stream = (isTTY: boolean) => {
  const through = new PassThrough();
  const written: string[] = [];
  through.on('data', (chunk) => written.push(String(chunk)));
  return { stream: Object.assign(through, { isTTY, columns: 120, rows: 40 }) as never, written };
};

describe('display', () => {
  test('in a pipe writes plain lines: a step when it is done, a replay every two seconds', () => {
    const { stream: pipe, written } = stream(false);
    const display = createDisplay(pipe);
    display.step('Reading');
    display.step('Signing', 1, 2);
    display.step('Signing', 2, 2);
    display.event('Something happened');
    for (const [final, ms] of [
      [0, 0],
      [1, 1_900],
      [2, 2_000],
      [3, 3_999],
      [10, 4_100],
      [10, 9_000],
    ] as const)
      display.replay(progress(final, ms));
    display.end();
    expect(written.join('')).toBe(
      [
        'Reading',
        'Signing (2)',
        'Something happened',
        `${'░'.repeat(30)} 0 of 10 transfers final on all validators (9 accepted)   0.0 s, 0.0 transfers/s`,
        `${'█'.repeat(6)}${'░'.repeat(24)} 2 of 10 transfers final on all validators (9 accepted)   2.0 s, 1.0 transfers/s, finality p50 1.0 s p99 2.4 s`,
        `${'█'.repeat(30)} 10 of 10 transfers final on all validators (9 accepted)   4.1 s, 2.4 transfers/s, finality p50 1.0 s p99 2.4 s`,
        '',
      ].join('\n'),
    );
    expect(written.join('')).not.toContain('\u001B');
  });

  test('on a terminal draws over itself, and shows every validator', () => {
    const { stream: terminal, written } = stream(true);
    const display = createDisplay(terminal);
    for (let done = 0; done <= 500; done++) display.step('Signing', done, 500);
    expect(written.length).toBeLessThan(100);
    expect(written.join('')).toContain('Signing: 500 of 500');
    display.event('Something happened');
    expect(written.join('')).toContain('Something happened\n');
    written.length = 0;
    display.replay(progress(3, 1_000));
    display.replay(progress(4, 1_100));
    display.replay(progress(10, 1_200));
    const drawn = written.length;
    display.replay(progress(10, 1_300));
    expect(written.length).toBe(drawn);
    display.end();
    const shown = written.join('');
    expect(shown).toContain('4 of 10 transfers final');
    expect(shown).toContain('validator 0: height 7, 2 peers, 3 pending, 1 waiting');
    expect(shown).toContain('validator 1: height 7, 1 peer, 3 pending, 1 waiting');
    expect(shown).toContain('validator 2: no answer');
    expect(shown).toContain('\u001B[');
  });

  test('can say nothing', () => {
    silentDisplay.step('Reading');
    silentDisplay.replay(progress(1, 1));
    silentDisplay.end();
  });
});
