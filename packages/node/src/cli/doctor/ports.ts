import type { StatusAnswer } from '@ios/client/methods';
import { multiaddr } from '@multiformats/multiaddr';
import type { Config } from '../config.ts';
import { tryListen } from '../try-listen.ts';
import { type Finding, fault, ok } from './finding.ts';
import { portHolder } from './port-holder.ts';

/**
 * Whether this machine can listen where the configuration says; `running` says that this very node does, `other` what
 * another node says of itself that serves RPC there.
 */
export async function checkPorts(
  { listen, rpc }: Config,
  running: boolean,
  other: StatusAnswer | undefined,
): Promise<readonly Finding[]> {
  const places = [
    ...listen.map((address) => ({ check: 'peer port', address, place: placeOf(address) })),
    { check: 'rpc port', address: `${rpc.host}:${rpc.port}`, place: rpc },
  ];
  return Promise.all(
    places.map(({ check, address, place }) => {
      if (place === undefined) return notAnAddress(check, address);
      if (running) return ok(check, `The node that runs listens on ${address}.`);
      if (place === rpc && other !== undefined) return takenByNode(check, address, other);
      return checkPort(check, address, place);
    }),
  );
}

const notAnAddress = (check: string, address: string): Finding =>
  fault(
    check,
    `${address} is not an address to listen on.`,
    'Write a host and a TCP port, such as /ip4/0.0.0.0/tcp/7100.',
  );

const takenByNode = (check: string, address: string, { identity, name }: StatusAnswer): Finding =>
  fault(
    check,
    `${address} is served by another node, ${identity} of the network ${name}.`,
    'Stop it, or choose another rpc.port in the configuration (ios join takes --rpc-port), and start this node.',
  );

interface Place {
  readonly host: string;
  readonly port: number;
}

async function checkPort(check: string, address: string, { host, port }: Place): Promise<Finding> {
  const refusal = await tryListen(host, port);
  if (refusal === undefined) return ok(check, `${address} is free.`);
  if (refusal === 'EADDRINUSE') {
    const holder = await portHolder(port);
    const who = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.name})`;
    return fault(check, `${address} is taken by ${who}.`, 'Stop it, or choose another port in the configuration.');
  }
  const remedy = REMEDIES[refusal] ?? 'Choose another address in the configuration.';
  return fault(check, `This machine cannot listen on ${address} (${refusal}).`, remedy);
}

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'This user may not use that port. Choose one above 1023.',
  EADDRNOTAVAIL: 'This machine does not have that address. Choose one of its own, or 0.0.0.0 for all.',
  ENOTFOUND: 'The name is not known here. Choose an address of this machine.',
};

function placeOf(address: string): Place | undefined {
  try {
    const [host, transport, ...more] = multiaddr(address).getComponents();
    if (host?.value === undefined || transport?.name !== 'tcp' || more.length > 0) return undefined;
    return { host: host.value, port: Number(transport.value) };
  } catch {
    return undefined;
  }
}
