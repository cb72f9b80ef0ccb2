/**
 * What a scenario says of one seed: `ok`, or the invariant that broke; how many events ran in how much virtual time;
 * figures of its own, added up over seeds; the trace, one entry an event.
 * @typedef {object} Report
 * @property {number} seed
 * @property {boolean} ok
 * @property {string} [violation]
 * @property {unknown} [trace]
 * @property {number} events
 * @property {number} virtualMs
 * @property {Record<string, number>} [figures]
 */

/**
 * What `packages/<name>/sim/<scenario>.ts` exports as `scenario`.
 * @typedef {{ name: string, description: string, run: (seed: number) => Report | Promise<Report> }} Scenario
 */

/**
 * The sum, least, mean and greatest of every figure over the reports, by name; events and virtual time come first.
 * @param {readonly Report[]} reports
 * @returns {{ figure: string, total: number, min: number, mean: number, max: number }[]}
 */
export function summarise(reports) {
  /** @type {Map<string, number[]>} */
  const values = new Map();
  for (const { events, virtualMs, figures } of reports) {
    for (const [figure, value] of Object.entries({ events, 'virtual ms': virtualMs, ...figures })) {
      if (typeof value !== 'number') continue;
      const list = values.get(figure);
      if (list === undefined) values.set(figure, [value]);
      else list.push(value);
    }
  }
  return [...values].map(([figure, list]) => {
    const total = list.reduce((sum, value) => sum + value, 0);
    return { figure, total, min: least(list), mean: total / list.length, max: greatest(list) };
  });
}

/** @param {readonly number[]} list */
const least = (list) => list.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

/** @param {readonly number[]} list */
const greatest = (list) => list.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

/**
 * A trace as lines: bytes as hex, records as JSON.
 * @param {unknown} trace
 * @returns {string[]}
 */
export function traceLines(trace) {
  if (trace === undefined) return [];
  return (Array.isArray(trace) ? trace : [trace]).flatMap((entry) =>
    typeof entry === 'string' ? entry.split('\n') : [JSON.stringify(entry, plain)],
  );
}

/**
 * @param {string} _
 * @param {unknown} value
 */
function plain(_, value) {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
