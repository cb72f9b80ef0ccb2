import { quorum } from '@ios/bft';
import type { NodeStatus } from '../service.ts';

/** Whether a node can do its work now, and why not. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/**
 * A node is ready while it takes part and is connected to a quorum of validators, itself included where it is one. A
 * validator that signs nothing, since its data does not know its votes, is not.
 */
export function readiness({
  halted,
  votesLost,
  validators,
  member,
  peers,
}: Pick<NodeStatus, 'halted' | 'votesLost' | 'validators' | 'member' | 'peers'>): Readiness {
  if (halted !== undefined) return { ready: false, reason: `The node has stopped taking part: ${halted}` };
  if (votesLost)
    return { ready: false, reason: 'The data does not know how the key has voted: the node signs nothing.' };
  const needed = quorum(validators);
  const present = peers.length + (member >= 0 ? 1 : 0);
  if (present >= needed) return { ready: true };
  return { ready: false, reason: `${present} of ${validators} validators are connected, ${needed} are needed.` };
}
