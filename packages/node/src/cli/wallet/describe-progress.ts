import type { TransactionProgress } from '@ios/client';
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
      return `aborted at height ${answer.height}: ${why(answer)}; the coins came back`;
    }
    case 'refused':
      return `refused at height ${answer.height}: this shard voted to reject it`;
    case 'credited':
      return `credited at height ${answer.height}, block ${answer.block}`;
  }
}

/** What the words of several shards come to, in a line for people. */
export function describeProgress(progress: TransactionProgress): string {
  switch (progress.status) {
    case 'unknown':
      return 'unknown to these nodes: never handed in, dropped, or of other shards';
    case 'pending':
      return 'pending: in no block yet';
    case 'locked':
      return 'locked: a shard holds what it spends, and the shards have not decided';
    case 'committed':
      return 'committed: every shard has, or will';
    case 'aborted':
      return `aborted: ${why(progress)}; no shard will ever commit`;
    case 'rejected':
      return `rejected by shard ${progress.shard} (${progress.code}): ${progress.message}`;
  }
}

const why = ({ reason, shard }: { readonly reason: 'rejected' | 'absent'; readonly shard: number }): string =>
  `shard ${shard} ${reason === 'rejected' ? 'rejected it' : 'did not accept it in time'}`;
