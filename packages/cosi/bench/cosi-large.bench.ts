import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { rows } from './tree.ts';

/** A session of 8 000 cosigners in a tree of depth 3; takes minutes, since each of them reads a list of a megabyte. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> =>
  rows({ n: 8_000, branching: 20 }, report);
