import type { Command, Decision, HeightContext, Output, State } from '@ios/bft';
import type { Clock } from '../clock.ts';
import type { DecisionLog } from './decision-log.ts';
import { createHistory } from './history.ts';
import type { Application } from './instance.ts';

/** What is particular about an instance whose decisions are kept as they are. */
export interface Decider {
  /** The context of the next height. Nothing is proposed before `ready` says so. */
  context(height: number): HeightContext;
  /** The height was opened: find out what it takes to propose and check, then say `ready`. */
  prepare(height: number): Promise<void>;
  /** A value for a view that this member leads; pends until there is one. */
  propose(height: number, view: number): Promise<Uint8Array>;
  /** Why a fresh value of `proposer` is refused, undefined where it is right; pends until that is known. */
  check(height: number, view: number, value: Uint8Array, proposer: number): Promise<string | undefined>;
  /** A value was decided, and is durable. */
  decided(decision: Decision): Promise<void>;
  onState?(engine: State): void;
  stop(): void;
}

/** What a {@link createLogApplication} is made of. */
export interface LogApplicationOptions {
  readonly log: DecisionLog;
  readonly clock: Clock;
  command(value: Command): void;
  onEvidence(evidence: Extract<Output, { type: 'evidence' }>['evidence']): void;
  onRefusal(height: number, proposer: number, why: string): void;
  fail(cause: unknown): void;
}

/** An application over a log of decisions. */
export interface LogApplication extends Application {
  /** View 0 of this height may begin. */
  ready(height: number): void;
}

/** The application of the beacon and of the records: keeps what is decided, and leaves to the decider what that is. */
export const createLogApplication = (options: LogApplicationOptions, decider: Decider): LogApplication => {
  const { log, clock, command } = options;
  let stopped = false;
  const safely = (work: Promise<void>): void => {
    work.catch((cause: unknown) => {
      if (!stopped) options.fail(cause);
    });
  };
  const tell = (value: Command): void => {
    if (!stopped) command(value);
  };
  const history = createHistory({
    clock,
    read: log.at,
    command: tell,
    fail: (cause) => !stopped && options.fail(cause),
  });

  const open = async (last: Decision | undefined): Promise<void> => {
    const height = log.next;
    const parent = last && { height: last.height, digest: last.digest, certificate: last.certificate };
    tell({ type: 'begin', height, context: decider.context(height), parent, waits: true });
    if (!stopped) await decider.prepare(height);
  };
  const propose = async ({ height, view }: Extract<Output, { type: 'propose' }>): Promise<void> => {
    const value = await decider.propose(height, view);
    tell({ type: 'proposal', height, view, value });
  };
  const check = async (asked: Extract<Output, { type: 'check' }>): Promise<void> => {
    const { height, view, digest, value, proposer } = asked;
    const why = await decider.check(height, view, value, proposer);
    if (why !== undefined && !stopped) options.onRefusal(height, proposer, why);
    tell({ type: 'checked', height, view, digest, valid: why === undefined });
  };
  const decide = async ({ height, digest, certificate, value }: Extract<Output, { type: 'decide' }>): Promise<void> => {
    const decision = { height, digest, certificate, value };
    await log.append(decision);
    if (stopped) return;
    await decider.decided(decision);
    await open(decision);
  };

  return {
    begin: async () => open(await log.at(log.next - 1)),
    ready: (height) => tell({ type: 'go', height }),
    onOutput(output) {
      switch (output.type) {
        case 'propose':
          return safely(propose(output));
        case 'check':
          return safely(check(output));
        case 'decide':
          return safely(decide(output));
        case 'history':
          return history.serve(output);
        case 'evidence':
          return options.onEvidence(output.evidence);
      }
    },
    onState: (engine) => decider.onState?.(engine),
    stop() {
      stopped = true;
      history.stop();
      decider.stop();
    },
  };
};
