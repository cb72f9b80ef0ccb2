/** What multi-scalar multiplication needs of a point. */
export interface Addable<P> {
  add(other: P): P;
  double(): P;
  negate(): P;
}

/**
 * Σ scalars[i] · points[i], by whichever of Straus and Pippenger needs fewer group operations for these scalars
 * (they meet near 110 points for scalars of 253 bits, near 55 for 128 bits). Not constant
 * time: for public scalars only.
 * @param zero - the neutral point, returned for empty sums
 * @param points - as many as scalars
 * @param scalars - not negative; short ones cost less, zeros nothing
 */
export const sumOfMultiples = <P extends Addable<P>>(zero: P, points: readonly P[], scalars: readonly bigint[]): P => {
  const terms: Term<P>[] = [];
  points.forEach((point, i) => {
    const scalar = scalars[i]!;
    if (scalar > 0n) terms.push({ point, scalar, bits: scalar.toString(2).length });
  });
  const window = bestWindow(terms);
  const buckets = pippengerCost(terms, window);
  const tables = terms.reduce((sum, { bits }) => sum + strausCost(bits, bestWidth(bits)), 0);
  return (tables <= buckets ? straus(terms) : pippenger(terms, window)) ?? zero;
};

/** One summand, its scalar positive and `bits` long. */
export interface Term<P> {
  readonly point: P;
  readonly scalar: bigint;
  readonly bits: number;
}

/**
 * Straus (1964) in its interleaved form (Möller, SAC 2001): for each point a table of odd multiples and a width-w NAF of
 * its scalar; all walk down one chain of doublings.
 */
export const straus = <P extends Addable<P>>(terms: readonly Term<P>[]): P | undefined => {
  const walks = terms.map(({ point, scalar, bits }) => {
    const width = bestWidth(bits);
    return { table: oddMultiples(point, 2 ** (width - 2)), digits: nonAdjacentForm(scalar, width) };
  });
  let sum: P | undefined;
  for (let bit = longest(walks.map(({ digits }) => digits.length)) - 1; bit >= 0; bit--) {
    sum = sum?.double();
    for (const { table, digits } of walks) {
      const digit = digits[bit] ?? 0;
      if (digit === 0) continue;
      const multiple = table[(Math.abs(digit) - 1) / 2]!;
      sum = plus(sum, digit < 0 ? multiple.negate() : multiple);
    }
  }
  return sum;
};

/** Pippenger (1976): window by window the points go into a bucket for each signed digit, the buckets into a sum. */
export const pippenger = <P extends Addable<P>>(terms: readonly Term<P>[], window: number): P | undefined => {
  const half = 2 ** (window - 1);
  const recoded = terms.map(({ scalar }) => signedDigits(scalar, window));
  let sum: P | undefined;
  for (let place = longest(recoded.map((digits) => digits.length)) - 1; place >= 0; place--) {
    for (let i = 0; i < window && sum !== undefined; i++) sum = sum.double();
    const buckets: (P | undefined)[] = new Array(half + 1);
    terms.forEach(({ point }, i) => {
      const digit = recoded[i]![place] ?? 0;
      if (digit === 0) return;
      const bucket = Math.abs(digit);
      buckets[bucket] = plus(buckets[bucket], digit < 0 ? point.negate() : point);
    });
    // Σ j · bucket[j]: the sum of all partial sums from the top.
    let partial: P | undefined;
    for (let j = half; j > 0; j--) {
      const bucket = buckets[j];
      if (bucket !== undefined) partial = plus(partial, bucket);
      if (partial !== undefined) sum = plus(sum, partial);
    }
  }
  return sum;
};

/** The largest of any number of lengths, which a spread call would not take. */
export const longest = (lengths: readonly number[]): number => lengths.reduce((a, b) => Math.max(a, b), 0);

const plus = <P extends Addable<P>>(a: P | undefined, b: P): P => (a === undefined ? b : a.add(b));

/** P, 3P, 5P, …: `count` of them. */
const oddMultiples = <P extends Addable<P>>(point: P, count: number): P[] => {
  const table = [point];
  if (count === 1) return table;
  const twice = point.double();
  while (table.length < count) table.push(table[table.length - 1]!.add(twice));
  return table;
};

/** Width-w NAF, lowest digit first: zero or odd, |digit| < 2^(w-1), one in w + 1 not zero. */
const nonAdjacentForm = (scalar: bigint, width: number): number[] => {
  const size = 2 ** width;
  const mask = BigInt(size - 1);
  const digits: number[] = [];
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    let digit = 0;
    if (rest & 1n) {
      digit = Number(rest & mask);
      if (digit >= size / 2) digit -= size;
      rest -= BigInt(digit);
    }
    digits.push(digit);
  }
  return digits;
};

/** Base-2^w digits from -2^(w-1) + 1 to 2^(w-1), lowest first. */
const signedDigits = (scalar: bigint, window: number): number[] => {
  const size = 2 ** window;
  const mask = BigInt(size - 1);
  const shift = BigInt(window);
  const digits: number[] = [];
  for (let rest = scalar; rest > 0n; rest >>= shift) {
    let digit = Number(rest & mask);
    if (digit > size / 2) digit -= size;
    rest -= BigInt(digit);
    digits.push(digit);
  }
  return digits;
};

/**
 * Group operations for one scalar: the table with its doubling, then one for each digit that is not zero. A table entry
 * counts half as much again, as measured: large tables make every later operation slower.
 */
const strausCost = (bits: number, width: number): number => 1.5 * 2 ** (width - 2) + 1 + bits / (width + 1);

/** Group operations for all scalars: a bucket each window, then about one for each bucket. */
const pippengerCost = (terms: readonly Term<unknown>[], window: number): number => {
  const places = terms.map(({ bits }) => Math.ceil((bits + 1) / window));
  return places.reduce((sum, own) => sum + own, 0) + longest(places) * 2 ** (window - 1);
};

const best = (from: number, to: number, cost: (candidate: number) => number): number => {
  let winner = from;
  for (let candidate = from + 1; candidate <= to; candidate++) if (cost(candidate) < cost(winner)) winner = candidate;
  return winner;
};

const bestWidth = (bits: number): number => best(2, 6, (width) => strausCost(bits, width));

const bestWindow = (terms: readonly Term<unknown>[]): number => best(2, 12, (window) => pippengerCost(terms, window));
