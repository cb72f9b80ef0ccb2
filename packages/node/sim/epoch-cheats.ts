import { BEACON_INSTANCE } from '@ios/client/epochs';
import type { Network } from '../src/network/network.ts';

/** What one validator of the simulation does that no honest one does. */
export type Cheat =
  /** It never proposes in the beacon. */
  | 'silent leader'
  /** It asks nobody for dealings when it leads. */
  | 'silent client'
  /** It neither deals nor gives shares. */
  | 'hidden'
  /** It deals, and gives no shares. */
  | 'withholder'
  /** Its dealings and shares are damaged. */
  | 'bad dealer'
  /** It shows no ticket. */
  | 'no ticket';

/** All of them. */
export const CHEATS: readonly Cheat[] = [
  'silent leader',
  'silent client',
  'hidden',
  'withholder',
  'bad dealer',
  'no ticket',
];

/** First bytes of messages: the engine's proposals and values; what the machine of a run says, by kind. */
const isProposal = (bytes: Uint8Array): boolean => bytes[0] === 0 && (bytes[1] === 1 || bytes[1] === 5);
const isMachine = (bytes: Uint8Array): boolean => bytes[0] === 0;
/** After kind and epoch of the message follows the machine's own tag. */
const TAG = 5;
const ASK = 1;
const DEALING = 2;
const SHARES = 4;

/** The network of a validator that cheats: everything else about it is honest. */
export const cheating = (network: Network, cheat: Cheat): Network => ({
  ...network,
  publish(topic, bytes) {
    if (cheat === 'no ticket' && topic === 'tickets') return;
    network.publish(topic, bytes);
  },
  send(peer, protocol, bytes) {
    const ofBeacon = protocol === BEACON_INSTANCE;
    const ofRun = protocol === 'drp' && isMachine(bytes);
    const tag = ofRun ? bytes[TAG] : undefined;
    if (cheat === 'silent leader' && ofBeacon && isProposal(bytes)) return true;
    if (cheat === 'silent client' && protocol === 'drp' && (!isMachine(bytes) || tag === ASK)) return true;
    if (cheat === 'hidden' && ofRun) return true;
    if (cheat === 'withholder' && tag === SHARES) return true;
    if (cheat === 'bad dealer' && (tag === DEALING || tag === SHARES)) {
      const damaged = bytes.slice();
      damaged[damaged.length >> 1]! ^= 1;
      return network.send(peer, protocol, damaged);
    }
    return network.send(peer, protocol, bytes);
  },
});
