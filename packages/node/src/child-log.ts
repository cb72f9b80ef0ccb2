import type { NodeLog } from './node.ts';

/** A log in which every record has these facts too, such as the id of a request. */
export const childLog =
  (log: NodeLog, facts: Parameters<NodeLog>[2]): NodeLog =>
  (level, sentence, more) =>
    log(level, sentence, { ...facts, ...more });
