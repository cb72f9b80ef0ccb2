import type { PvssScheme } from '@ios/pvss';
import type { ValidatorParts } from '../../cli/run-validator.ts';
import { type Speech, speechOf } from './speech.ts';

/** How a validator departs from the protocol: what of its messages leaves, and with what scheme it deals. */
export interface Conduct {
  /** Whether a message leaves; `send` sends it, now or later. */
  outgoing?(said: Speech, send: () => void): boolean;
  /** Sees what came, before the node does. */
  incoming?(said: Speech): void;
  scheme?(scheme: PvssScheme): PvssScheme;
}

/** What a conduct has at hand. */
export interface Stage {
  /** Takes the part of the one that is faulty, if it is to be had: true for one validator of the devnet, once. */
  take(): boolean;
  /** How many validators this one is connected to. */
  others(): number;
  /** Tells the devnet. */
  report(event: FaultEvent): void;
  /** Ends the process by SIGKILL, as soon as what was sent has left. */
  die(): void;
}

/** What a validator under a planned fault tells the devnet. */
export type FaultEvent =
  /** It leads a view of the making of an epoch's randomness: it asks for dealings, or proposes what came of them. */
  | { readonly event: 'leads'; readonly epoch: number; readonly view: number }
  | { readonly event: 'proposes'; readonly epoch: number; readonly height: number; readonly view: number }
  /** It departs from the protocol, from here on. */
  | { readonly event: 'fault'; readonly epoch: number }
  /** It shows what it hid. */
  | { readonly event: 'reveals'; readonly epoch: number }
  /** It found that a seat of the roster did what no honest one does. */
  | { readonly event: 'named'; readonly seat: number; readonly kind: string };

/** The parts of a validator whose messages and dealings go through conducts, the first of which sees them first. */
export const conducted = (parts: ValidatorParts, conducts: readonly Conduct[]): ValidatorParts => {
  const { network, identity } = parts;
  const pass = (said: Speech, send: () => void): boolean =>
    conducts.every(({ outgoing }) => outgoing?.(said, send) ?? true);
  return {
    ...parts,
    network: {
      ...network,
      start: (handler) =>
        network.start({
          ...handler,
          message(peer, protocol, bytes) {
            const said = speechOf(protocol, bytes);
            if (said !== undefined) for (const { incoming } of conducts) incoming?.(said);
            handler.message(peer, protocol, bytes);
          },
        }),
      send(peer, protocol, bytes) {
        const said = speechOf(protocol, bytes);
        const copy = said && bytes.slice();
        // To the node what does not leave was lost on its way.
        if (said !== undefined && !pass(said, () => void network.send(peer, protocol, copy!))) return true;
        return network.send(peer, protocol, bytes);
      },
    },
    identity: {
      ...identity,
      sharer: (scheme) => identity.sharer(conducts.reduce((made, conduct) => conduct.scheme?.(made) ?? made, scheme)),
    },
  };
};
