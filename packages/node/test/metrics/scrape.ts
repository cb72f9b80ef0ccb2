import { createPrometheus, type Prometheus } from '../../src/rpc/prometheus.ts';

/** Measurements, and the lines that show them. */
export interface Measured extends Prometheus {
  /** The value of a line such as `ios_rpc_errors_total{method="x",code="1"}`; undefined where there is none. */
  read(line: string): Promise<number | undefined>;
}

export const measured = (): Measured => {
  const prometheus = createPrometheus();
  return { ...prometheus, read: async (line) => metricOf(await prometheus.text(), line) };
};

export const metricOf = (text: string, line: string): number | undefined => {
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
};
