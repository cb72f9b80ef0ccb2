import type { ConnectionGater, MessageStreamDirection, PeerId } from '@libp2p/interface';
import { nameOf } from './names.ts';
import type { NetworkLog } from './network.ts';

/** For this long, in ms, two connections to one peer are taken for dials that crossed. */
const CROSSING = 10_000;

/** The connection that a peer has already. */
export interface Standing {
  readonly direction: MessageStreamDirection;
  /** Time of opening, in ms. */
  readonly since: number;
}

/**
 * Who may connect: known peers, and each by one connection, since gossipsub does not open its stream again when one of
 * two connections goes. When dials cross, both sides keep the one that the lower name dialled; otherwise a new
 * connection shows that the peer has given up the old one.
 */
export function createGate({
  self,
  knows,
  standing,
  drop,
  now,
  log,
}: {
  readonly self: string;
  readonly knows: (peer: string) => boolean;
  readonly standing: (peer: string) => Standing | undefined;
  readonly drop: (peer: string) => void;
  readonly now: () => number;
  readonly log: NetworkLog;
}): ConnectionGater {
  const isStranger = (id: PeerId): boolean => {
    const peer = nameOf(id);
    return peer === undefined || !knows(peer);
  };
  const refusesStranger = (id: PeerId): boolean => {
    if (!isStranger(id)) return false;
    log('info', 'A connection was refused: not a known peer.', { peer: nameOf(id) ?? id.toString() });
    return true;
  };
  const isSuperfluous = (id: PeerId, direction: MessageStreamDirection): boolean => {
    const peer = nameOf(id)!;
    const old = standing(peer);
    if (old === undefined) return false;
    const kept = self < peer ? 'outbound' : 'inbound';
    if (direction !== kept && old.direction === kept && now() - old.since < CROSSING) return true;
    drop(peer);
    return false;
  };
  return {
    denyDialPeer: isStranger,
    denyInboundEncryptedConnection: refusesStranger,
    denyOutboundEncryptedConnection: refusesStranger,
    denyInboundUpgradedConnection: (id) => isSuperfluous(id, 'inbound'),
    denyOutboundUpgradedConnection: (id) => isSuperfluous(id, 'outbound'),
  };
}
