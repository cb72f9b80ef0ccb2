/**
 * One measured line: the function `bench` of every `packages/<name>/bench/<subject>.bench.ts` resolves to a list of them.
 * `ours` and, where there is something to compare with, `theirs` of the named peer are both in `unit`, measured
 * interleaved in one process; `ratio` says how many times better ours is (above 1: better).
 */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer?: string;
  readonly theirs?: number;
  readonly ratio?: number;
}
