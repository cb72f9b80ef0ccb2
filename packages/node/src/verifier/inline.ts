import { isKeyLength, isWellFormed } from './claims.ts';
import { bestEngines, type Engines } from './engines.ts';
import { allHold } from './holds.ts';
import type { Verifier } from './verifier.ts';

/**
 * A verifier without threads, for simulations and small programs: it blocks while it works, and senders are served in the
 * order of their calls. It uses WebAssembly where that is allowed.
 */
export const createInlineVerifier = ({
  onFallback,
}: {
  /** Told why it has to do without WebAssembly. */
  readonly onFallback?: (why: string) => void;
} = {}): Verifier => {
  const engines = bestEngines(onFallback);
  const threads = inlineThreads(engines);
  return {
    verify: async (claims) => {
      const well = claims.filter(isWellFormed);
      const verdicts = engines.all(well) ? well.map(() => true) : engines.each(well);
      return spread(claims.map(isWellFormed), verdicts);
    },
    verifyKeys: async (keys) => spread(keys.map(isKeyLength), engines.keys(keys.filter(isKeyLength))),
    holds: (assertion, signal) => allHold(threads, assertion, 1, signal),
    close: async () => {},
  };
};

/** The engines of this thread as if they were of others. */
const inlineThreads = (
  engines: Engines,
): { [Name in keyof Engines]: (...what: Parameters<Engines[Name]>) => Promise<ReturnType<Engines[Name]>> } => ({
  all: async (claims) => engines.all(claims),
  each: async (claims) => engines.each(claims),
  keys: async (keys) => engines.keys(keys),
});

/** The verdicts at the places that were asked about, and false elsewhere. */
const spread = (asked: readonly boolean[], verdicts: readonly boolean[]): boolean[] => {
  let next = 0;
  return asked.map((one) => one && verdicts[next++]!);
};
