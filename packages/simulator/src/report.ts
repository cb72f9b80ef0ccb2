/** What one run of a scenario found. */
export interface Report {
  readonly seed: number;
  /** True when no property was violated. */
  readonly ok: boolean;
  /** `property: what was seen`, when `ok` is false. */
  readonly violation?: string;
  /** SHA-256 of the trace, lowercase hex: equal seeds give equal traces. */
  readonly trace: string;
  readonly events: number;
  /** Virtual milliseconds from the start to the last event. */
  readonly virtualMs: number;
  /** Counters by name, for instance decisions or messages sent. */
  readonly figures: Record<string, number>;
}

/** A named experiment that any seed repeats exactly; a file exports it as `scenario`. */
export interface Scenario {
  readonly name: string;
  /** One sentence: who takes part, what goes wrong, what must hold. */
  readonly description: string;
  /** Runs `seed`; a scenario that takes `sink` hands it every line of the trace. */
  run(seed: number, sink?: (line: string) => void): Promise<Report> | Report;
}

/** The name of the property that `report` says was violated; undefined when none was. */
export const violatedProperty = (report: Report): string | undefined => report.violation?.split(':', 1)[0];
