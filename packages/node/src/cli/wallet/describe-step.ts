import type { TransactionAnswer } from '@ios/client/methods';

/** Where a transaction stands in one shard, in a line for people. */
export function describeStep(answer: TransactionAnswer): string {
  switch (answer.status) {
    case 'unknown':
      return 'unknown to this node: never handed in, or dropped';
    case 'pending':
      return 'pending: valid, and in no block yet';
    case 'waiting':
      return `waiting for the output ${answer.missing.index} of ${answer.missing.id}`;
    case 'rejected':
      return `rejected (${answer.code}): ${answer.message}`;
    case 'final':
      return `final at height ${answer.height}, place ${answer.index}, block ${answer.block}`;
    case 'locked':
      return `locked at height ${answer.height}, place ${answer.index}: accepted, and not decided here`;
    case 'committed':
      return `committed at height ${answer.height}, block ${answer.block}`;
    case 'aborted': {
      const why = answer.reason === 'rejected' ? 'rejected it' : 'did not accept it in time';
      return `aborted at height ${answer.height}: shard ${answer.shard} ${why}; the coins came back`;
    }
    case 'refused':
      return `refused at height ${answer.height}: this shard voted to reject it`;
    case 'credited':
      return `credited at height ${answer.height}, block ${answer.block}`;
  }
}
