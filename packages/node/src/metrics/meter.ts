import type { CounterLabels, CounterName, DurationLabels, DurationName, GaugeName } from './table.ts';

/**
 * Where a node leaves its measurements. No measurement decides anything. Labels have few values: names of channels and
 * methods, codes, kinds; never a peer, a client or an id.
 */
export interface Meter {
  /** Adds `by` to a counter. */
  count<Name extends CounterName>(name: Name, by: number, ...labels: CounterLabels<Name>): void;
  /** Enters a duration in seconds. */
  observe<Name extends DurationName>(name: Name, seconds: number, ...labels: DurationLabels<Name>): void;
  /** Has a gauge read whenever somebody asks: a number, or one for each value of its label. The last reader is asked. */
  gauge(name: GaugeName, read: () => number | Readonly<Record<string, number>>): void;
}

/** Measures nothing. */
export const noMeter: Meter = { count: () => {}, observe: () => {}, gauge: () => {} };
