import type { Network, NetworkHandler } from '../network/network.ts';
import type { Meter } from './meter.ts';

/** A network of which connections, messages, bytes and refused sends are counted. */
export const meteredNetwork = (network: Network, meter: Meter): Network => {
  const moved = (channel: string, direction: 'in' | 'out', bytes: Uint8Array): void => {
    meter.count('ios_network_messages_total', 1, { channel, direction });
    meter.count('ios_network_bytes_total', bytes.length, { channel, direction });
  };
  const meteredHandler = (handler: NetworkHandler): NetworkHandler => ({
    message: (peer, protocol, bytes) => {
      moved(protocol, 'in', bytes);
      handler.message(peer, protocol, bytes);
    },
    gossip: (topic, from, bytes) => {
      moved(topic, 'in', bytes);
      handler.gossip(topic, from, bytes);
    },
    connected: (peer) => {
      meter.count('ios_network_connections_total', 1);
      handler.connected(peer);
    },
    disconnected: (peer) => handler.disconnected(peer),
  });
  meter.gauge('ios_network_peers', () => network.peers().length);
  return {
    self: network.self,
    start: (handler) => network.start(meteredHandler(handler)),
    publish: (topic, bytes) => {
      network.publish(topic, bytes);
      moved(topic, 'out', bytes);
    },
    send: (peer, protocol, bytes) => {
      const sent = network.send(peer, protocol, bytes);
      if (sent) moved(protocol, 'out', bytes);
      else meter.count('ios_network_refused_sends_total', 1, { channel: protocol });
      return sent;
    },
    peers: () => network.peers(),
    setPeers: (peers) => network.setPeers(peers),
    stop: () => network.stop(),
  };
};
