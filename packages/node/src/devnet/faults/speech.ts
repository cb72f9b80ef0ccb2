import { decodeMessage as decodeConsensus } from '@ios/bft';
import { BEACON_INSTANCE } from '@ios/client/epochs';
import { decodeMessage as decodeRun } from '@ios/drp';
import { decodeBeaconMessage } from '../../beacon/messages.ts';
import { RUNS } from '../../epoch-loop.ts';

/** What a message says of how randomness is made, as far as faults look at it. */
export type Speech =
  /** Its sender leads a view, and asks for dealings; here and below `epoch` is that whose randomness is made. */
  | { readonly say: 'leads'; readonly epoch: number; readonly attempt: number; readonly view: number }
  /** A client asks again for a dealing. */
  | { readonly say: 'asks'; readonly epoch: number }
  | { readonly say: 'dealing'; readonly epoch: number }
  | { readonly say: 'shares'; readonly epoch: number }
  | { readonly say: 'proposal'; readonly height: number; readonly view: number }
  /** A commit certificate. */
  | { readonly say: 'decided'; readonly height: number }
  /** Its sender decides this height. */
  | { readonly say: 'status'; readonly height: number }
  | { readonly say: 'more' };

const MORE: Speech = { say: 'more' };

/** What a message of a protocol says; undefined where it is not about randomness. */
export const speechOf = (protocol: string, bytes: Uint8Array): Speech | undefined => {
  if (protocol === BEACON_INSTANCE) return ofConsensus(bytes);
  return protocol === RUNS.name ? ofRun(bytes) : undefined;
};

/** The engine's messages stand behind a zero byte. */
const ofConsensus = (bytes: Uint8Array): Speech => {
  const message = bytes[0] === 0 ? decodeConsensus(bytes.subarray(1)) : undefined;
  switch (message?.TAG) {
    case 'proposal':
      return { say: 'proposal', height: message.data.height, view: message.data.view };
    case 'certified':
      return message.data.phase === 'commit' ? { say: 'decided', height: message.data.height } : MORE;
    case 'status':
      return { say: 'status', height: message.data.height };
    default:
      return MORE;
  }
};

const ofRun = (bytes: Uint8Array): Speech => {
  const message = decodeBeaconMessage(bytes);
  if (message === undefined) return MORE;
  const { epoch } = message;
  if (message.kind === 'leads') return { say: 'leads', epoch, attempt: message.attempt, view: message.view };
  if (message.kind !== 'machine') return MORE;
  switch (decodeRun(message.bytes)?.TAG) {
    case 'ask':
      return { say: 'asks', epoch };
    case 'dealing':
      return { say: 'dealing', epoch };
    case 'shares':
      return { say: 'shares', epoch };
    default:
      return MORE;
  }
};
