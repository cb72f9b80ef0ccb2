import type { Certificate } from './certificate.ts';
import type { HeightContext } from './committee.ts';
import type { Evidence } from './evidence.ts';

/** A final value: the `commit` certificate of `digest` at `height`, and the bytes that the digest stands for. */
export interface Decision {
  readonly height: number;
  readonly digest: Uint8Array;
  readonly certificate: Certificate;
  readonly value: Uint8Array;
}

/** A decision without its bytes: what the next proposal builds on. */
export type Parent = Omit<Decision, 'value'>;

/**
 * What a replica asks of its application. Each request may be answered seconds later, or never; a replica asks anew
 * when a new view needs it, and ignores answers that came too late.
 *
 * - `propose`: build a value for this height (answer: `proposal`).
 * - `check`: is this fresh value acceptable here (answer: `checked`)? Asked only of a value that no prepare certificate
 *   stands behind: a prepared one is endorsed without asking.
 * - `decide`: this value is final; make it durable, then `begin` the next height.
 * - `history`: a peer lacks decisions from `from` on (answer: `history`, as many in order as fit a message).
 * - `evidence`: a member broke a rule, and both its signed statements prove it.
 */
export type Output =
  | { readonly type: 'propose'; readonly height: number; readonly view: number; readonly parent: Parent | undefined }
  | {
      readonly type: 'check';
      readonly height: number;
      readonly view: number;
      readonly digest: Uint8Array;
      readonly value: Uint8Array;
      /** Index of the leader that proposed it. */
      readonly proposer: number;
    }
  | ({ readonly type: 'decide' } & Decision)
  | { readonly type: 'history'; readonly peer: string; readonly from: number }
  | { readonly type: 'evidence'; readonly evidence: Evidence };

/**
 * What an application tells its replica. `begin` opens a height: the first after every start, then each after its parent.
 * With `waits` nothing is proposed in view 0, and its time does not run, before the application says `go`: for a height
 * whose value follows from what every member has to find out by itself first. Members that went ahead are heard meanwhile.
 */
export type Command =
  | {
      readonly type: 'begin';
      readonly height: number;
      readonly context: HeightContext;
      readonly parent: Parent | undefined;
      readonly waits?: boolean;
    }
  | { readonly type: 'go'; readonly height: number }
  | { readonly type: 'proposal'; readonly height: number; readonly view: number; readonly value: Uint8Array }
  | {
      readonly type: 'checked';
      readonly height: number;
      readonly view: number;
      readonly digest: Uint8Array;
      readonly valid: boolean;
    }
  | { readonly type: 'history'; readonly peer: string; readonly decisions: readonly Decision[] };
