import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** The record of a run: one line for each thing that happened, hashed as it goes, the last lines kept. */
export interface Trace {
  /** Adds a line; `detail` says it in the scenario's words and is asked only for lines that somebody reads. */
  add(line: string, detail?: () => string): void;
  /** SHA-256 over the lines so far, each ended by a line feed, in lowercase hex; lines may still be added. */
  hash(): string;
  /** The last lines, oldest first, with their details. */
  tail(): string[];
}

const BATCH = 256;

/** An empty trace that keeps the last `length` lines and hands every line to `sink` if there is one. */
export const createTrace = (length: number, sink?: (line: string) => void): Trace => {
  const hash = sha256.create();
  const recent: { line: string; detail: (() => string) | undefined }[] = [];
  let oldest = 0;
  let batch: string[] = [];
  const flush = (): void => {
    if (batch.length > 0) hash.update(utf8ToBytes(`${batch.join('\n')}\n`));
    batch = [];
  };
  const say = (line: string, detail: (() => string) | undefined): string =>
    detail === undefined ? line : `${line} ${detail()}`;

  return {
    add: (line, detail) => {
      if (batch.push(line) === BATCH) flush();
      if (recent.length < length) recent.push({ line, detail });
      else if (length > 0) {
        recent[oldest] = { line, detail };
        oldest = (oldest + 1) % length;
      }
      sink?.(say(line, detail));
    },
    hash: () => {
      flush();
      return bytesToHex(hash.clone().digest());
    },
    tail: () => [...recent.slice(oldest), ...recent.slice(0, oldest)].map(({ line, detail }) => say(line, detail)),
  };
};
