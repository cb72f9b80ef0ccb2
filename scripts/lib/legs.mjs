/**
 * One part of a check: `needs` names the legs whose results it reads; `run` returns what is wrong, nothing when all is
 * well.
 * @typedef {{ name: string, what: string, needs?: readonly string[], run: () => Promise<string | undefined> }} Leg
 */

/** @typedef {'ok' | 'failed' | 'not run'} Outcome */

/**
 * The legs named and those that they need, in the order of the list; throws a `RangeError` on a name that is not there.
 * @param {readonly Leg[]} legs
 * @param {readonly string[]} names
 * @returns {Leg[]}
 */
export function selectLegs(legs, names) {
  const wanted = new Set(names);
  const reversed = [...legs].reverse();
  const unknown = names.find((name) => !legs.some((leg) => leg.name === name));
  if (unknown !== undefined)
    throw new RangeError(`no leg ${unknown}; there are ${legs.map((leg) => leg.name).join(', ')}`);
  for (const leg of reversed) {
    if (wanted.has(leg.name)) for (const name of leg.needs ?? []) wanted.add(name);
  }
  return legs.filter(({ name }) => wanted.has(name));
}

/**
 * Runs legs one after another, prints a line with its time for each, and goes on after one that fails; a leg whose
 * need failed is not run, which counts as a failure.
 * @param {readonly Leg[]} legs
 * @param {(line: string) => void} print
 * @returns {Promise<Map<string, Outcome>>}
 */
export async function runLegs(legs, print) {
  /** @type {Map<string, Outcome>} */
  const outcomes = new Map();
  for (const { name, what, needs = [], run } of legs) {
    const missing = needs.find((need) => outcomes.get(need) !== 'ok');
    if (missing !== undefined) {
      outcomes.set(name, 'not run');
      print(`${name}: not run, it needs ${missing}`);
      continue;
    }
    const start = performance.now();
    const problem = await run().catch((error) =>
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    const time = ((performance.now() - start) / 1000).toFixed(1);
    outcomes.set(name, problem === undefined ? 'ok' : 'failed');
    print(`${name}: ${problem === undefined ? 'ok' : 'FAILED'} in ${time} s (${what})`);
    if (problem !== undefined) print(problem.trimEnd());
  }
  return outcomes;
}
