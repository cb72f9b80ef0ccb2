import type { Machine } from '../contract.ts';
import { demand } from '../error.ts';
import type { Fault } from '../fault.ts';
import type { Adversary, Behaviour } from './adversary.ts';

/** What the adversary of one node is made from. */
export interface AdversaryPorts extends Pick<Adversary, 'self' | 'peers' | 'accomplices' | 'rng' | 'board' | 'now'> {
  /** Signs with any node's key. */
  sign(node: string, kind: string, message: unknown): Uint8Array;
  /** Sends as `self` after a delay, unless `self` crashes before. */
  send(to: string, bytes: Uint8Array, delayMs: number): void;
}

/** `machine` inside every behaviour that `faults` name for the node, in their order; itself when there is none. */
export const corrupt = (
  machine: Machine,
  faults: readonly Fault[],
  behaviours: Readonly<Record<string, Behaviour>>,
  ports: AdversaryPorts,
): Machine => {
  const { self, accomplices } = ports;
  const adversary: Adversary = {
    ...ports,
    sign: (kind, message, as = self) => {
      demand(as === self || accomplices.includes(as), `${self} does not hold the keys of ${as}`);
      return ports.sign(as, kind, message);
    },
    send: (to, bytes, delayMs = 0) => ports.send(to, bytes, delayMs),
  };
  let wrapped = machine;
  for (const fault of faults)
    if (fault.type === 'byzantine' && fault.node === self) wrapped = behaviours[fault.behaviour]!(wrapped, adversary);
  return wrapped;
};
