import { isIP } from 'node:net';

/** From where, and under which names, a server may be asked. */
export interface Access {
  /** Origins of web pages that may ask, such as `https://wallet.example`; the server's own always may. */
  readonly origins: readonly string[];
  /** Names of the server beside `localhost`, without a port. */
  readonly hosts: readonly string[];
}

/** Why a request is refused, or undefined. */
export type Refusal = string | undefined;

/**
 * Holds a request's `Host` and `Origin` against what is allowed.
 *
 * 1. `Host` is an IP address, `localhost` or one of `hosts`: a page of somebody else whose name was rebound to this
 *    address (DNS rebinding) sends that name.
 * 2. `Origin`, where there is one, is one of `origins` or the server's own: browsers do not keep a page from opening a
 *    WebSocket elsewhere.
 */
export function refusalOf(
  { host, origin }: { readonly host?: string | undefined; readonly origin?: string | undefined },
  { origins, hosts }: Access,
): Refusal {
  const name = nameOf(host);
  if (name === undefined) return 'The header host is missing or damaged.';
  if (isIP(name) === 0 && name !== 'localhost' && !hosts.includes(name)) {
    return 'This server is not called so; its operator can add the name to the hosts of its configuration.';
  }
  if (origin === undefined || origins.includes(origin) || origin === `http://${host}`) return undefined;
  return 'Pages of this origin may not ask; the operator can add it to the origins of the configuration.';
}

/** The name in a `Host` header, without port and brackets. */
function nameOf(host: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
