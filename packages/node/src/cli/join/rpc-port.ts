import { NodeError } from '../../errors.ts';
import { tryListen } from '../try-listen.ts';

/** The RPC port of the first node of `ios init`; the others have every second one after it. */
const FIRST = 7101;
const ATTEMPTS = 64;

/**
 * A port for RPC on which nobody listens now: the wanted one, or the first of 7101, 7103 and so on. Nothing reserves it; 0
 * stays 0. Throws `NodeError` (`address-in-use`).
 */
export async function chooseRpcPort(host: string, wanted: number | undefined): Promise<number> {
  if (wanted === 0) return 0;
  const ports = wanted === undefined ? Array.from({ length: ATTEMPTS }, (_, i) => FIRST + 2 * i) : [wanted];
  for (const port of ports) {
    // What else may stand in the way, such as an address of another machine, is for the doctor to say.
    if ((await tryListen(host, port)) !== 'EADDRINUSE') return port;
  }
  throw new NodeError(
    'address-in-use',
    `Another program listens on ${host}:${ports[0]}. Choose another --rpc-port, or 0 for a free one at each start.`,
    { host, port: ports[0]! },
  );
}
