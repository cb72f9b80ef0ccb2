import { publicKeyFromRaw } from '@libp2p/crypto/keys';
import type { PeerId } from '@libp2p/interface';
import { peerIdFromPublicKey } from '@libp2p/peer-id';
import { CODE_P2P, type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { NetworkError } from './error.ts';

const HOSTS = ['ip4', 'ip6', 'dns', 'dns4', 'dns6'];

/** The name of the peer behind a libp2p peer id: its Ed25519 key in hexadecimal; undefined for any other kind of key. */
export function nameOf(id: PeerId): string | undefined {
  return id.type === 'Ed25519' ? bytesToHex(id.publicKey.raw) : undefined;
}

/** Multiaddrs of a peer with its peer id. Throws `NetworkError`: `address`, or `peer` where the name is no public key. */
export function dialAddresses(peer: string, addresses: readonly string[]): Multiaddr[] {
  return addresses.map((address) => parseAddress(address).encapsulate(`/p2p/${peerId(peer)}`));
}

/** Checks the multiaddrs to listen on. Throws `NetworkError` (`address`). */
export function listenAddresses(addresses: readonly string[]): string[] {
  return addresses.map((address) => parseAddress(address).toString());
}

/** The multiaddr of a host and port, without the peer id that libp2p appends. */
export const withoutPeerId = (address: Multiaddr): string => address.decapsulateCode(CODE_P2P).toString();

/** The multiaddr of a host and a TCP port, nothing else. Throws `NetworkError` (`address`). */
export function parseAddress(address: string): Multiaddr {
  const refuse = (cause?: unknown): NetworkError =>
    new NetworkError(
      'address',
      `${JSON.stringify(address)} is not an address: write a host and a TCP port, such as /ip4/192.0.2.1/tcp/4001.`,
      { address },
      cause,
    );
  try {
    const parsed = multiaddr(address);
    const [host, transport, ...more] = parsed.getComponents();
    if (host === undefined || !HOSTS.includes(host.name)) throw refuse();
    if (transport?.name !== 'tcp' || more.length > 0) throw refuse();
    return parsed;
  } catch (error) {
    throw error instanceof NetworkError ? error : refuse(error);
  }
}

function peerId(peer: string): string {
  try {
    const key = publicKeyFromRaw(hexToBytes(peer));
    return peerIdFromPublicKey(key).toString();
  } catch (error) {
    throw new NetworkError('peer', `${peer} is not the name of a peer: no Ed25519 public key.`, { peer }, error);
  }
}

/** What libp2p says when it cannot listen, with the remedy. */
export function listenError(error: unknown, listen: readonly string[]): NetworkError {
  const text = error instanceof Error ? error.message : String(error);
  const address = listen.join(', ');
  if (text.includes('EADDRINUSE')) {
    return new NetworkError(
      'address-in-use',
      `Another process listens on ${address}. Stop it, or choose another port.`,
      { address },
      error,
    );
  }
  const reason = text.includes('EACCES')
    ? 'this user may not use that port; choose one above 1023'
    : text.includes('EADDRNOTAVAIL')
      ? 'this machine does not have that address'
      : text;
  return new NetworkError('address', `Cannot listen on ${address}: ${reason}.`, { address }, error);
}
