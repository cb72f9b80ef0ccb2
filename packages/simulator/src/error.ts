/** What went wrong: a violated property, a machine or service that threw, a limit, or a bad argument. */
export type SimulationErrorCode =
  | 'invariant'
  | 'goal'
  | 'machine-threw'
  | 'service-threw'
  | 'bad-effect'
  | 'event-limit'
  | 'not-deterministic'
  | 'bad-argument';

/** Where and when a simulation stopped; what is not known is left out. */
export interface SimulationFacts {
  /** The property's name, or the code for everything that is not a property. */
  readonly property?: string;
  readonly seed?: number | string;
  /** How many events had been executed, the offending one included. */
  readonly event?: number;
  /** Virtual milliseconds. */
  readonly time?: number;
  readonly node?: string;
  /** The last lines of the trace, oldest first. */
  readonly tail?: readonly string[];
  /** JSON of `{ seed, faults }`: spread it over the same options to see the same failure. */
  readonly replay?: string;
}

/** The one error of this package; `code` says why and `facts` say where. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  readonly code: SimulationErrorCode;
  readonly facts: SimulationFacts;

  constructor(code: SimulationErrorCode, message: string, facts: SimulationFacts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}

/** Throws `bad-argument` with `message` unless `condition` holds. */
export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new SimulationError('bad-argument', message);
}

/** True for a whole number from 0 to 2^53 - 1, the range of times, counts and lengths here. */
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
