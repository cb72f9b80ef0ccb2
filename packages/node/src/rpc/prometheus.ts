import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Meter } from '../metrics/meter.ts';
import {
  BUCKETS,
  COUNTERS,
  type CounterName,
  DURATIONS,
  type DurationName,
  GAUGES,
  type GaugeName,
  type Metric,
} from '../metrics/table.ts';

/** Measurements for Prometheus, in a registry of their own. */
export interface Prometheus {
  readonly meter: Meter;
  /** All metrics in Prometheus' text format: those of the table, and those of the process and its event loop. */
  text(): Promise<string>;
  /** The media type of that text. */
  readonly contentType: string;
}

/** Measures everything in the table. */
export function createPrometheus(): Prometheus {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counters = each(
    COUNTERS,
    (name, { help, labels }) => new Counter({ name, help, labelNames: [...labels], registers }),
  );
  const durations = each(
    DURATIONS,
    (name, { help, labels, scale }) =>
      new Histogram({ name, help, labelNames: [...labels], buckets: [...BUCKETS[scale]], registers }),
  );
  const readers = new Map<GaugeName, Parameters<Meter['gauge']>[1]>();
  each(GAUGES, (name, { help, labels }) => {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers,
      collect: () => {
        const value = readers.get(name)?.() ?? 0;
        if (typeof value === 'number') return gauge.set(value);
        for (const [key, part] of Object.entries(value)) gauge.set({ [labels[0]!]: key }, part);
      },
    });
    return gauge;
  });
  return {
    meter: {
      count: (name: CounterName, by: number, labels: Readonly<Record<string, string>> = {}) =>
        counters[name].inc(labels, by),
      observe: (name: DurationName, seconds: number, labels: Readonly<Record<string, string>> = {}) =>
        durations[name].observe(labels, seconds),
      gauge: (name, read) => {
        readers.set(name, read);
      },
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** One of each entry of a table. */
const each = <Name extends string, Entry extends Metric, Made>(
  table: Readonly<Record<Name, Entry>>,
  make: (name: Name, entry: Entry) => Made,
): Readonly<Record<Name, Made>> => {
  const names = Object.keys(table) as Name[];
  return Object.fromEntries(names.map((name) => [name, make(name, table[name])])) as Record<Name, Made>;
};
