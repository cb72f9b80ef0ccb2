import { encodeLeaf } from '@ios/atomix';
import type { StoredStep } from '../shard/steps.ts';
import type { Want } from './wire.ts';

/** The leaf in which this shard has said what is wanted, and the block that has it. */
export const leafFor = (
  { kind, id }: Pick<Extract<Want, { readonly id: Uint8Array }>, 'kind' | 'id'>,
  steps: readonly StoredStep[],
): { readonly height: number; readonly bytes: Uint8Array } | undefined => {
  for (const step of steps) {
    if (kind === 'done' && step.kind === 'committed')
      return { height: step.height, bytes: encodeLeaf({ type: 'commit', id }) };
    if (kind === 'done' || (step.kind !== 'accepted' && step.kind !== 'rejected')) continue;
    const verdict = step.kind === 'accepted' ? 'accept' : 'reject';
    return { height: step.height, bytes: encodeLeaf({ type: 'vote', id, verdict }) };
  }
  return undefined;
};
