import { type DrpOutput, decodeSelection, type Session } from '@ios/drp';
import { NodeError } from '../errors.ts';
import { type Outcome, type OutcomeValue, objection, outcomeOf, outcomeValue } from './outcome.ts';
import { createQuestions } from './questions.ts';
import { signOffProof } from './sign-off.ts';
import type { Standing } from './standing.ts';

/** What odd heights are about: the selection that was signed off is opened, and what came of that is decided. */
export interface Opening {
  /** The seat whose selection is opened. */
  readonly client: number | undefined;
  readonly isSettled: boolean;
  /** Finds the session that the selection is of. @throws NodeError `diverged` where it is of none */
  begin(): void;
  /** Has the runs open the selection. */
  open(): void;
  /** Resolves with what this node found. */
  propose(): Promise<OutcomeValue>;
  /** Why a value is refused, undefined where it is right; pends until that is known. */
  check(value: OutcomeValue): Promise<string | undefined>;
  onRun(output: DrpOutput): void;
  /** The height was decided. */
  end(): void;
}

/**
 * @param keep - makes the transcript of the attempt durable
 * @param settled - told when the outcome is known
 */
export const createOpening = (
  now: Standing,
  keep: (transcript: Uint8Array) => Promise<void>,
  settled: () => void,
  fail: (cause: unknown) => void,
): Opening => {
  let session: Session | undefined;
  let outcome: Outcome | undefined;
  const questions = createQuestions();
  const settle = (found: Outcome): void => {
    outcome = found;
    settled();
    questions.ask();
  };

  return {
    get client() {
      return session?.client;
    },
    get isSettled() {
      return outcome !== undefined;
    },
    begin() {
      const { making, position } = now;
      if (making === undefined || position.selection === undefined) return;
      const { decision, bytes } = position.selection;
      const named = decodeSelection(bytes)?.session;
      session =
        (named && making.runs.session(named)) ?? making.sessions.find(position, decision.certificate.view, bytes);
      if (session === undefined)
        throw new NodeError('diverged', 'the beacon signed off a selection of no session', { height: decision.height });
    },
    open() {
      const { making, position } = now;
      if (making === undefined || session === undefined || position.selection === undefined) return;
      const { decision, bytes } = position.selection;
      making.runs.signedOff(session, bytes, signOffProof(position.attempt, decision));
    },
    async propose() {
      const found = await questions.when(() => outcome);
      return outcomeValue(now.position, found);
    },
    /** An output is right if this node recovers the same; a failure, if it cannot either, and misses what is named. */
    async check(value) {
      const found = await questions.when(() =>
        value.kind === 'output' && outcome?.kind === 'failed' ? undefined : outcome,
      );
      return objection(now.position, found, value);
    },
    onRun(output) {
      const found = outcomeOf(output, now.position.selection);
      if (found === undefined || (found.kind === 'failed' && outcome?.kind === 'output')) return;
      if (output.type !== 'recovered') return settle(found);
      // Who endorses an output has its transcript for those who were late.
      const { selection } = now.position;
      keep(output.transcript).then(() => {
        if (now.position.selection === selection) settle(found);
      }, fail);
    },
    end() {
      session = undefined;
      outcome = undefined;
      questions.drop();
    },
  };
};
