import { NetworkError } from './error.ts';
import type { PeerAddress } from './network.ts';

const NAME = /^[0-9a-f]{64}$/;

/** Peers by name, without this node itself. Throws `NetworkError` (`peer`) for a name that is none or comes twice. */
export function peerTable(self: string, peers: readonly PeerAddress[]): Map<string, readonly string[]> {
  const table = new Map<string, readonly string[]>();
  for (const { peer, addresses } of peers) {
    if (!NAME.test(peer)) {
      throw new NetworkError('peer', `${JSON.stringify(peer)} is not a peer: 64 lowercase hexadecimal digits.`, {
        peer,
      });
    }
    if (table.has(peer)) throw new NetworkError('peer', `The peer ${peer} is listed twice.`, { peer });
    table.set(peer, addresses);
  }
  table.delete(self);
  return table;
}
