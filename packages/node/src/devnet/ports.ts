import { createServer } from 'node:net';
import type { Entropy } from '../entropy.ts';
import { NodeError } from '../errors.ts';

/** The two ports of a validator on this machine. */
export interface ValidatorPorts {
  readonly peers: number;
  readonly rpc: number;
}

/** Where free ports are sought: below those that systems give to outgoing connections (Linux from 32 768 on). */
const LEAST = 12_000;
const MOST = 32_000;
const ATTEMPTS = 1_000;

/**
 * Ports for `count` validators: `base` and those that follow, two a validator, or free ones (RPC 0: the system chooses
 * when the server listens). Nothing reserves them until the validators listen. Throws `NodeError` (`address-in-use`).
 */
export const choosePorts = async (
  count: number,
  base: number | undefined,
  entropy: Entropy,
): Promise<ValidatorPorts[]> => {
  if (base !== undefined) {
    await Promise.all(Array.from({ length: 2 * count }, (_, i) => assertFree(base + i)));
    return Array.from({ length: count }, (_, i) => ({ peers: base + 2 * i, rpc: base + 2 * i + 1 }));
  }
  const chosen = new Set<number>();
  for (let attempt = 0; chosen.size < count; attempt++) {
    if (attempt === ATTEMPTS)
      throw new NodeError('address-in-use', `No ${count} ports of ${LEAST} to ${MOST} are free. Choose a --base-port.`);
    const drawn = Buffer.from(entropy(4)).readUInt32BE();
    const port = LEAST + (drawn % (MOST - LEAST));
    if (await isFree(port)) chosen.add(port);
  }
  return [...chosen].map((port) => ({ peers: port, rpc: 0 }));
};

const assertFree = async (port: number): Promise<void> => {
  if (await isFree(port)) return;
  throw new NodeError(
    'address-in-use',
    `Another program listens on 127.0.0.1:${port}, or this user may not. Stop it, or choose another --base-port.`,
    { port },
  );
};

/** Whether one can listen on a port of 127.0.0.1. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
