import { createServer } from 'node:net';

/** The two ports of a validator on this machine. */
export interface ValidatorPorts {
  readonly peers: number;
  readonly rpc: number;
}

/** A port of 127.0.0.1 that nobody listens on, with what keeps it until `release`. */
const reserve = (): Promise<{ readonly port: number; readonly release: () => Promise<void> }> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ port, release: () => new Promise((done) => server.close(() => done())) });
    });
  });

/** Ports for `count` validators: from `base` on, or free ones (RPC 0: the system chooses when the server listens). */
export const choosePorts = async (count: number, base: number | undefined): Promise<ValidatorPorts[]> => {
  if (base !== undefined)
    return Array.from({ length: count }, (_, i) => ({ peers: base + 2 * i, rpc: base + 2 * i + 1 }));
  // All are held at once, so that none is given twice.
  const reserved = await Promise.all(Array.from({ length: count }, reserve));
  await Promise.all(reserved.map(({ release }) => release()));
  return reserved.map(({ port }) => ({ peers: port, rpc: 0 }));
};
