import { parseArgs } from 'node:util';

/** A failure that the user can act on: printed without a stack, exit code 2. */
export class CommandError extends Error {
  /** @override */
  name = 'CommandError';
}

/** @typedef {import('node:util').ParseArgsConfig['options']} Options */
/** @typedef {Record<string, string | boolean | (string | boolean)[] | undefined>} Values */

/**
 * Runs a script's body with its parsed arguments and sets the exit code: what the body returns (0 when nothing), 2 for
 * a wrong call. `--help` prints the usage. One leading `--`, which some runners pass on, is ignored.
 * @param {string} usage
 * @param {Options} options
 * @param {(values: Values, names: string[]) => Promise<number | undefined>} body
 * @param {{ names?: number, argv?: readonly string[] }} [call] how many names may stand beside the options (none unless said)
 * @returns {Promise<void>}
 */
export async function command(usage, options, body, { names = 0, argv = process.argv.slice(2) } = {}) {
  const args = argv[0] === '--' ? argv.slice(1) : [...argv];
  try {
    const { values, positionals } = parse(args, options);
    if (values['help']) {
      console.log(usage.trim());
      return;
    }
    if (positionals.length > names) throw new CommandError(`unexpected argument: ${positionals[names]}`);
    process.exitCode = (await body(values, positionals)) ?? 0;
  } catch (error) {
    explain(error);
  }
}

/**
 * Prints a `CommandError` and sets exit code 2; throws anything else again.
 * @param {unknown} error
 */
export function explain(error) {
  if (!(error instanceof CommandError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/**
 * @param {string[]} args
 * @param {Options} options
 */
function parse(args, options) {
  try {
    return parseArgs({ args, options: { ...options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
  } catch (error) {
    throw new CommandError(/** @type {Error} */ (error).message);
  }
}

/**
 * An option's value as a whole number within bounds; the fallback when the option is not there.
 * @param {Values} values
 * @param {string} name
 * @param {{ fallback: number, min: number, max?: number }} bounds
 * @returns {number}
 */
export function integer(values, name, { fallback, min, max = Number.MAX_SAFE_INTEGER }) {
  const text = values[name];
  if (text === undefined) return fallback;
  const value = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new CommandError(`--${name} takes a whole number from ${min} to ${max}`);
  return value;
}

/**
 * The one of the choices that the user named; throws with the list of choices when there is none of that name.
 * @template T
 * @param {string} what
 * @param {string | undefined} name
 * @param {ReadonlyMap<string, T>} choices
 * @returns {T}
 */
export function choose(what, name, choices) {
  const found = name === undefined ? undefined : choices.get(name);
  if (found !== undefined) return found;
  const list = [...choices.keys()].map((choice) => `\n  ${choice}`).join('') || ' none';
  throw new CommandError(`${name === undefined ? `name a ${what}` : `no ${what} called ${name}`}; there are:${list}`);
}
