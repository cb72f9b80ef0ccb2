import type { AddressInfo } from 'node:net';
import { RPC_ERRORS, type RpcErrorBody } from '@ios/client/methods';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { childLog } from '../child-log.ts';
import { NodeError } from '../errors.ts';
import type { NodeLog } from '../node.ts';
import type { NodeService } from '../service.ts';
import { addBeaconRoutes } from './beacon-routes.ts';
import { createDispatch } from './dispatch.ts';
import { DEFAULT_RPC_LIMITS, type RpcLimits } from './limits.ts';
import { type Access, refusalOf } from './origin.ts';
import { createPrometheus, type Prometheus } from './prometheus.ts';
import { clientOf, createRates } from './rates.ts';
import { readiness } from './readiness.ts';
import { requestId } from './request-id.ts';
import { createHub, idsOf } from './subscriptions.ts';
import { acceptSockets } from './upgrade.ts';

export type { RpcLimits } from './limits.ts';

/** What a server is made of. */
export interface RpcOptions {
  readonly service: NodeService;
  /** Where to listen; port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly log: NodeLog;
  /** Whom it serves beside programs on this machine; nobody by default. */
  readonly access?: Partial<Access>;
  /** The genesis file, for who joins. */
  readonly genesisFile?: string;
  readonly limits?: Partial<RpcLimits>;
  /** What `/metrics` shows, and where calls are measured; without it those of calls and the process alone. */
  readonly prometheus?: Prometheus;
}

/** A server that listens. */
export interface RpcServer {
  /** Such as `http://127.0.0.1:8545`; WebSockets are taken there too. */
  readonly url: string;
  /** Tells subscribers of a block that became final, with the ids of the transactions to which something happened in it. */
  final(ids: readonly Uint8Array[]): void;
  /** Takes no more requests, and answers those that are being worked on for at most five seconds. */
  close(): Promise<void>;
}

/** How long requests that are being worked on may hold up the end, in ms. */
const CLOSE_MS = 5_000;

/**
 * Serves a node over HTTP and WebSocket on one port: JSON-RPC 2.0 by `POST /` with `application/json`, or by messages of a
 * WebSocket at `/`; `GET /health/live` (200 while the process answers), `GET /health/ready` (200, or 503 with the reason),
 * `GET /metrics`, `GET /genesis.json`, and `GET /beacon/latest`, `/beacon/{epoch}` and `/beacon/{epoch}/proof`. There is no authentication: listen on a loopback address, or put a proxy in front.
 * Web pages may ask where their origin is in `access` (CORS); requests under a foreign name are refused. Throws
 * `NodeError`: `address-in-use`, `address`.
 */
export async function createRpcServer(options: RpcOptions): Promise<RpcServer> {
  const { service, log, genesisFile, prometheus = createPrometheus() } = options;
  const { meter } = prometheus;
  const limits = { ...DEFAULT_RPC_LIMITS, ...options.limits };
  const access = { origins: [], hosts: [], ...options.access };
  const hub = createHub(service, limits.subscriptions);
  meter.gauge('ios_rpc_subscriptions', () => hub.size);
  const rates = createRates(limits.requestsPerSecond);
  const dispatch = createDispatch({
    service,
    limits,
    onCall(method, seconds, code) {
      meter.observe('ios_rpc_call_seconds', seconds, { method });
      if (code !== 0) meter.count('ios_rpc_errors_total', 1, { method, code: String(code) });
    },
    onFailure: (method, request, error) =>
      childLog(log, { request })('error', 'An RPC call failed.', { method, error: describe(error) }),
  });

  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    requestIdHeader: false,
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
  });
  app.server.maxConnections = limits.connections;
  answerErrors(app, log);
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    reply.header('x-request-id', request.id).header('vary', 'origin');
    const refusal = refusalOf({ host, origin }, access);
    if (refusal !== undefined) return send(reply, 403, RPC_ERRORS.forbidden, refusal);
    if (origin !== undefined) reply.headers({ 'access-control-allow-origin': origin, ...PREFLIGHT });
    if (rates.take(clientOf(request.ip)) === 0) return undefined;
    return send(reply.header('retry-after', '1'), 429, RPC_ERRORS.rate, 'Too many requests. Try again in a second.');
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  app.post('/', async (request, reply) => {
    if (typeof request.body !== 'string') return send(reply, 415, RPC_ERRORS.request, WANTED);
    const answer = await dispatch(request.body, { from: `rpc/${clientOf(request.ip)}`, request: request.id });
    if (answer === undefined) return reply.code(204).send();
    return reply.type('application/json; charset=utf-8').send(answer);
  });
  app.options('/', async (_request, reply) => reply.code(204).send());
  app.get('/health/live', async () => ({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const state = readiness(service.status());
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  app.get('/metrics', async (_request, reply) => reply.type(prometheus.contentType).send(await prometheus.text()));
  addBeaconRoutes(app, service, (reply, sentence) => send(reply, 404, RPC_ERRORS.missing, sentence));
  if (genesisFile !== undefined) {
    app.get('/genesis.json', async (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(genesisFile),
    );
  }

  const endSockets = acceptSockets(app.server, { dispatch, hub, rates, limits, access, meter, log });
  await listenOn(app, options.listen);
  return {
    url: urlOf(app),
    final: (ids) => hub.final(idsOf(ids)),
    async close() {
      hub.close();
      endSockets();
      await close(app);
    },
  };
}

const WANTED = 'Send JSON by POST to / with the header content-type: application/json.';

/** What a page of an allowed origin may send, beside the origin. */
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'content-type, x-request-id',
  'access-control-max-age': '600',
};

/** Gives every error of the transport the form of an RPC error. */
function answerErrors(app: FastifyInstance, log: NodeLog): void {
  app.setNotFoundHandler((_request, reply) => send(reply, 404, RPC_ERRORS.request, WANTED));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) return send(reply, 413, RPC_ERRORS.body, 'The body is too long.');
    if (status === 415) return send(reply, 415, RPC_ERRORS.request, WANTED);
    if (status < 500) return send(reply, status, RPC_ERRORS.request, 'This is no request that the server takes.');
    childLog(log, { request: request.id })('error', 'A request failed.', { error: describe(error) });
    return send(reply, 500, RPC_ERRORS.internal, 'The node failed; its log says why.');
  });
}

function send(reply: FastifyReply, status: number, code: RpcErrorBody['code'], message: string): FastifyReply {
  return reply.code(status).send({ jsonrpc: '2.0', id: null, error: { code, message } satisfies RpcErrorBody });
}

async function listenOn(app: FastifyInstance, { host, port }: RpcOptions['listen']): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const place = `${host}:${port}`;
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
      throw new NodeError(
        'address-in-use',
        `Another program listens on ${place}. Stop it, or choose another port for RPC.`,
        { host, port },
        cause,
      );
    }
    throw new NodeError('address', `RPC cannot listen on ${place}: ${describe(cause)}.`, { host, port }, cause);
  }
}

function urlOf(app: FastifyInstance): string {
  const { address, family, port } = app.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function close(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS);
  await app.close();
  clearTimeout(timer);
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
