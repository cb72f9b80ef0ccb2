/**
 * Says what is wrong with what a bench returned; undefined when nothing is.
 * @param {unknown} rows
 * @returns {string | undefined}
 */
export function checkRows(rows) {
  if (!Array.isArray(rows) || rows.length === 0) return 'a bench returns a list of at least one row';
  for (const [index, row] of rows.entries()) {
    const { what, unit, ours, peer, theirs, ratio } = /** @type {Record<string, unknown>} */ (row ?? {});
    if (typeof what !== 'string' || typeof unit !== 'string') return `row ${index}: what and unit are strings`;
    if (typeof ours !== 'number' || !Number.isFinite(ours)) return `row ${index} (${what}): ours is a finite number`;
    if ((theirs === undefined) !== (peer === undefined)) return `row ${index} (${what}): peer and theirs go together`;
    for (const value of [theirs, ratio]) {
      if (value !== undefined && !Number.isFinite(value)) return `row ${index} (${what}): ${value} is no finite number`;
    }
  }
  return undefined;
}
