import 'promise.withresolvers/auto';
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { tcp } from '@libp2p/tcp';
import { createLibp2p } from 'libp2p';
import { nameOf, parseAddress } from './names.ts';

/** How long a dial may take, in ms. */
const TIMEOUT = 10_000;

/** Who answers at an address: the identity key that noise authenticated, or why nobody did. */
export type ProbeResult = { readonly identity: string } | { readonly problem: string };

/**
 * Dials a multiaddr with a key that is used once, up to the handshake in which the other side shows its identity key, and
 * hangs up: nothing is asked of it. Throws `NetworkError` (`address`).
 */
export async function probeIdentity(address: string): Promise<ProbeResult> {
  const target = parseAddress(address);
  let identity: string | undefined;
  const node = await createLibp2p({
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionGater: {
      denyDialMultiaddr: () => false,
      denyOutboundEncryptedConnection: (peer) => {
        identity = nameOf(peer) ?? peer.toString();
        return true;
      },
    },
    start: false,
  });
  try {
    await node.start();
    await node.dial(target, { signal: AbortSignal.timeout(TIMEOUT) });
    return { problem: 'it answered without a handshake' };
  } catch (error) {
    return identity === undefined ? { problem: reason(error) } : { identity };
  } finally {
    await node.stop();
  }
}

/** What ended a dial, in a few words. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes('ECONNREFUSED')) return 'nobody listens there';
  if (text.includes('ENOTFOUND') || text.includes('EAI_AGAIN')) return 'the name is not known';
  if (text.includes('EHOSTUNREACH') || text.includes('ENETUNREACH')) return 'there is no way to that machine';
  if (/abort|timed? ?out/i.test(text)) return `no answer within ${TIMEOUT / 1000} s`;
  return `no handshake: ${text.split('\n')[0]!}`;
}
