/**
 * What a scenario says of one seed: `ok`, or the property that was violated; the fingerprint of its trace, equal for equal
 * seeds; how many events ran in how much virtual time; figures of its own, added up over seeds.
 * @typedef {object} Report
 * @property {number} seed
 * @property {boolean} ok
 * @property {string} [violation]
 * @property {string} trace
 * @property {number} events
 * @property {number} virtualMs
 * @property {Record<string, number>} figures
 */

/**
 * What `packages/<name>/sim/<scenario>.ts` exports as `scenario`. One that takes `sink` hands it every line of the trace;
 * that changes nothing in the run.
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} description
 * @property {(seed: number, sink?: (line: string) => void) => Report | Promise<Report>} run
 */

/**
 * One run that a child process is asked for; `show` prints its trace.
 * @typedef {{ seed: number, show?: boolean }} Task
 */

/**
 * The report of a seed whose run came to no report.
 * @param {number} seed
 * @param {string} violation
 * @returns {Report}
 */
export const broken = (seed, violation) => ({
  seed,
  ok: false,
  violation,
  trace: 'none',
  events: 0,
  virtualMs: 0,
  figures: {},
});

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
      const list = values.get(figure);
      if (list === undefined) values.set(figure, [value]);
      else list.push(value);
    }
  }
  return [...values].map(([figure, list]) => {
    const total = list.reduce((sum, value) => sum + value, 0);
    const min = list.reduce((a, b) => Math.min(a, b));
    const max = list.reduce((a, b) => Math.max(a, b));
    return { figure, total, min, mean: total / list.length, max };
  });
}
