/** How long a measurement takes: rounds that count, rounds before them that do not, and ms of processor time a slice. */
export interface Rounds {
  readonly rounds: number;
  readonly warmUp: number;
  readonly slice: number;
}

/**
 * Runs all items in turn, a slice each, round after round, so that whatever slows the machine slows all alike; gives the
 * median processor time of one run of each, in ms. Other processes do not count.
 */
export const medians = <Name extends string>(
  items: Readonly<Record<Name, () => unknown>>,
  { rounds, warmUp, slice }: Rounds,
): Record<Name, number> => {
  const times = Object.entries<() => unknown>(items).map(([name, run]) => ({ name, run, slices: [] as number[] }));
  for (let round = -warmUp; round < rounds; round++) {
    for (const { run, slices } of times) {
      const time = timeOf(run, slice);
      if (round >= 0) slices.push(time);
    }
  }
  const middles = times.map(({ name, slices }) => [name, slices.sort((a, b) => a - b)[rounds >> 1]!]);
  return Object.fromEntries(middles) as Record<Name, number>;
};

/**
 * Processor time of one run, in ms, over a slice of at least so many. To read the clock takes as long as a quick run:
 * it is read less and less often until a hundredth of the slice is over.
 */
const timeOf = (run: () => unknown, slice: number): number => {
  const start = process.cpuUsage();
  let runs = 0;
  for (let step = 1; ; ) {
    for (let i = 0; i < step; i++) run();
    runs += step;
    const { user, system } = process.cpuUsage(start);
    const spent = (user + system) / 1000;
    if (spent >= slice) return spent / runs;
    if (spent < slice / 100) step *= 2;
  }
};
