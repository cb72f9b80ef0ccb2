import { decodeMessage, type Message } from './messages.ts';

/** The rules that safety and accountability rest on, apart so that a test can break one at a time. */
export interface Rules {
  readonly decode: (bytes: Uint8Array) => Message | undefined;
  /** Whether what `from` sent may be held against `author`. */
  readonly blames: (from: number, author: number) => boolean;
  /** Whether a cosigner answers only with the entry that it committed last, and once. */
  readonly keepsToEntry: boolean;
  /** Whether whoever gave a wrong response is left out from then on. */
  readonly excludes: boolean;
  /** Whether a cosigner that still owes a response is left out of further attempts. */
  readonly sparesPending: boolean;
  /** Whether a response counts only with a valid endorsement. */
  readonly checksEndorsements: boolean;
  /** Whether the coordinator contacts the silent directly. */
  readonly contactsSilent: boolean;
  /** Whether the coordinator checks the sum before it gives it out. */
  readonly checksSum: boolean;
}

/** The rules as they are. */
export const soundRules: Rules = /* @__PURE__ */ (() => ({
  decode: decodeMessage,
  blames: (from: number, author: number) => from === author,
  keepsToEntry: true,
  excludes: true,
  sparesPending: true,
  checksEndorsements: true,
  contactsSilent: true,
  checksSum: true,
}))();
