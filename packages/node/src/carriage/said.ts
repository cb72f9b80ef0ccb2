import { encodeLeaf, type Leaf } from '@ios/atomix';
import type { StepKind, StoredStep } from '../shard/steps.ts';
import type { Want } from './wire.ts';

/** The leaf in which this shard has said most of what is wanted, and the block that has it. */
export const leafFor = (
  { kind, id }: Pick<Extract<Want, { readonly id: Uint8Array }>, 'kind' | 'id'>,
  steps: readonly StoredStep[],
): { readonly height: number; readonly bytes: Uint8Array } | undefined => {
  const said = (done: StepKind, leaf: Leaf) => {
    const step = steps.find((candidate) => candidate.kind === done);
    return step && { height: step.height, bytes: encodeLeaf(leaf) };
  };
  const commit = said('committed', { type: 'commit', id });
  if (kind === 'done') return said('released', { type: 'release', id }) ?? commit;
  return (
    commit ??
    said('accepted', { type: 'vote', id, verdict: 'accept' }) ??
    said('rejected', { type: 'vote', id, verdict: 'reject' })
  );
};
