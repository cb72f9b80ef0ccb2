import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPC_ERRORS } from '@ios/client/methods';
import { WebSocketServer } from 'ws';
import { childLog } from '../child-log.ts';
import type { Meter } from '../metrics/meter.ts';
import type { NodeLog } from '../node.ts';
import type { Dispatch } from './dispatch.ts';
import type { RpcLimits } from './limits.ts';
import { type Access, refusalOf } from './origin.ts';
import { clientOf, type Rates } from './rates.ts';
import { requestId } from './request-id.ts';
import { CLOSE_CODES, type ServedSocket, serveSocket } from './socket.ts';
import type { Hub } from './subscriptions.ts';

/** What WebSockets are served with. */
export interface UpgradeOptions {
  readonly dispatch: Dispatch;
  readonly hub: Hub;
  readonly rates: Rates;
  readonly limits: RpcLimits;
  readonly access: Access;
  readonly meter: Meter;
  readonly log: NodeLog;
}

/** Takes WebSockets at `/` of an HTTP server; what it returns ends them all. */
export function acceptSockets(server: Server, options: UpgradeOptions): () => void {
  const { rates, limits, access, meter, log } = options;
  const open = new Set<ServedSocket>();
  meter.gauge('ios_rpc_sockets', () => open.size);
  const perClient = new Map<string, number>();
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.bodyBytes,
    perMessageDeflate: false,
  });
  let closed = false;

  const count = (client: string, change: number): void => {
    const now = (perClient.get(client) ?? 0) + change;
    if (now === 0) perClient.delete(client);
    else perClient.set(client, now);
  };

  const check = (
    request: IncomingMessage,
    client: string,
  ): readonly [status: string, code: number, why: string] | undefined => {
    const { host, origin } = request.headers;
    const refusal = refusalOf({ host, origin }, access);
    if (refusal !== undefined) return ['403 Forbidden', RPC_ERRORS.forbidden, refusal];
    if (request.url !== '/') return ['404 Not Found', RPC_ERRORS.request, 'A WebSocket is opened at /.'];
    if (rates.take(client) > 0) return ['429 Too Many Requests', RPC_ERRORS.rate, 'Too many requests.'];
    if ((perClient.get(client) ?? 0) < limits.socketsPerClient && !closed) return undefined;
    return ['429 Too Many Requests', RPC_ERRORS.rate, 'Too many WebSockets are open.'];
  };

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const client = clientOf(request.socket.remoteAddress ?? '');
    const id = requestId(request.headers['x-request-id']);
    const logged = childLog(log, { request: id, client });
    stream.on('error', () => stream.destroy());
    const refused = check(request, client);
    if (refused !== undefined) {
      const [status, code, message] = refused;
      logged('warn', 'A WebSocket was refused.', { why: message });
      return refuse(stream, status, { code, message });
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      count(client, 1);
      const served = serveSocket(socket, {
        ...options,
        request: id,
        client,
        onEnd: (code) => {
          open.delete(served);
          count(client, -1);
          if (code === CLOSE_CODES.slow) logged('warn', 'A WebSocket was cut off: it reads too slowly.', {});
        },
      });
      open.add(served);
    });
  };
  server.on('upgrade', onUpgrade);

  return () => {
    closed = true;
    for (const served of open) served.close(CLOSE_CODES.goingAway, 'the node stops');
  };
}

function refuse(stream: Duplex, status: string, error: { readonly code: number; readonly message: string }): void {
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error });
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  stream.end(head + body);
}
