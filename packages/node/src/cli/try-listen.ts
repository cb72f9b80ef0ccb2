import { createServer } from 'node:net';

/** Listens on a TCP port of this machine for a moment; returns the system's word for why that cannot be, or nothing. */
export const tryListen = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
