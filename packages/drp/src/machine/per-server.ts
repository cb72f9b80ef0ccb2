/**
 * A value of each server, by its index. It never changes: `put` gives another one, which shares all but 32 values with it. So
 * a step leaves the state before it as it was, and copies 32 values and a reference for each further 32, not the roster.
 */
export type PerServer<V> = readonly (readonly (V | undefined)[] | undefined)[];

const BITS = 5;
const MASK = 31;

/** The value of a server, if it has one. */
export const at = <V>(all: PerServer<V>, server: number): V | undefined => all[server >> BITS]?.[server & MASK];

/** The same with another value of one server. */
export const put = <V>(all: PerServer<V>, server: number, value: V): PerServer<V> => {
  const part = [...(all[server >> BITS] ?? [])];
  part[server & MASK] = value;
  const parts = [...all];
  parts[server >> BITS] = part;
  return parts;
};

/** All servers that have a value, ascending, with their values. */
export const entriesOf = <V>(all: PerServer<V>): [number, V][] =>
  all.flatMap((part, i) =>
    (part ?? []).flatMap((value, j): [number, V][] => (value === undefined ? [] : [[(i << BITS) + j, value]])),
  );
