import * as P from 'micro-packed';
import type { SeatAttachment } from '../src/index.ts';

const seatAttachment = P.struct({ seat: P.U16BE, attachment: P.bytes(P.U16BE) });

/** What the members of the simulated beacon say beside tickets. */
export type BeaconMessage =
  | { readonly TAG: 'tickets'; readonly data: Uint8Array }
  | { readonly TAG: 'viewChange'; readonly data: { readonly view: number; readonly attachment: Uint8Array } }
  | { readonly TAG: 'lead'; readonly data: { readonly view: number; readonly opening: readonly SeatAttachment[] } }
  | { readonly TAG: 'follow'; readonly data: { readonly view: number } };

const coder = P.mappedTag(P.U8, {
  tickets: [0, P.bytes(P.U16BE)],
  viewChange: [1, P.struct({ view: P.U32BE, attachment: P.bytes(P.U16BE) })],
  lead: [2, P.struct({ view: P.U32BE, opening: P.array(P.U16BE, seatAttachment) })],
  follow: [3, P.struct({ view: P.U32BE })],
}) as unknown as P.CoderType<BeaconMessage>;

export const encode = (message: BeaconMessage): Uint8Array => coder.encode(message);

export const decode = (bytes: Uint8Array): BeaconMessage | undefined => {
  try {
    return coder.decode(bytes);
  } catch {
    return undefined;
  }
};
