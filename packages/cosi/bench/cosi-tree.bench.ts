import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { rows, type Shape } from './tree.ts';

const SHAPES: readonly Shape[] = [
  { n: 100, branching: 99 },
  { n: 100, branching: 16 },
  { n: 100, branching: 8 },
  { n: 100, branching: 5 },
  { n: 1_000, branching: 999 },
  { n: 1_000, branching: 32 },
  { n: 1_000, branching: 16 },
  { n: 1_000, branching: 10 },
];

/** A session of 100 and of 1 000 cosigners by the shape of the tree. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> =>
  SHAPES.flatMap((shape) => rows(shape, report));
