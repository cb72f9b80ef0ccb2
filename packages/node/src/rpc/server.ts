import type { AddressInfo } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import { RPC_ERRORS, type RpcErrorBody } from '@ios/client/methods';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { NodeError } from '../errors.ts';
import type { NodeLog } from '../node.ts';
import type { NodeService } from '../service.ts';
import { createDispatch } from './dispatch.ts';
import { createMetrics } from './metrics.ts';
import { readiness } from './readiness.ts';

/** What a server takes from its clients. */
export interface RpcLimits {
  /** The longest body, in bytes. */
  readonly bodyBytes: number;
  /** The most requests of a batch. */
  readonly batch: number;
  /** The characters of an answer after which the rest of a batch is refused. */
  readonly answerLength: number;
  /** HTTP requests of one IPv4 address, or IPv6 network of 64 bits, a second. */
  readonly requestsPerSecond: number;
  /** Open connections. */
  readonly connections: number;
  /** How long a request may take to arrive, in ms. */
  readonly requestMs: number;
}

/** Limits that suit a node with some hundred megabytes of memory. */
const DEFAULT_RPC_LIMITS: RpcLimits = {
  bodyBytes: 8 * 1024 * 1024,
  batch: 256,
  answerLength: 32 * 1024 * 1024,
  requestsPerSecond: 500,
  connections: 256,
  requestMs: 30_000,
};

/** What a server is made of. */
export interface RpcOptions {
  readonly service: NodeService;
  /** Where to listen; port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly log: NodeLog;
  readonly limits?: Partial<RpcLimits>;
}

/** A server that listens. */
export interface RpcServer {
  /** Such as `http://127.0.0.1:8545`. */
  readonly url: string;
  /** Tells the metrics of a block that became final. */
  final(transactions: number): void;
  /** Takes no more requests, and answers those that are being worked on for at most five seconds. */
  close(): Promise<void>;
}

/** How long requests that are being worked on may hold up the end, in ms. */
const CLOSE_MS = 5_000;

/**
 * Serves a node over HTTP: JSON-RPC 2.0 by `POST /` with `application/json`; `GET /health/live` (200 while the process
 * answers), `GET /health/ready` (200, or 503 with the reason), `GET /metrics`. There is no authentication, and no header
 * that would let a web page read an answer (CORS): listen on a loopback address, or put a proxy in front. Throws
 * `NodeError`: `address-in-use`, `address`.
 */
export async function createRpcServer({ service, listen, log, limits: given }: RpcOptions): Promise<RpcServer> {
  const limits = { ...DEFAULT_RPC_LIMITS, ...given };
  const metrics = createMetrics(service);
  const dispatch = createDispatch({
    service,
    limits,
    onCall: metrics.call,
    onFailure: (method, request, error) =>
      log('error', 'An RPC call failed.', { request, method, error: describe(error) }),
  });

  const app = fastify({ bodyLimit: limits.bodyBytes, requestTimeout: limits.requestMs });
  app.server.maxConnections = limits.connections;
  answerErrors(app, log);
  await app.register(rateLimit, { max: limits.requestsPerSecond, timeWindow: 1000, ipv6Subnet: 64 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  app.post('/', async (request, reply) => {
    const answer =
      typeof request.body === 'string'
        ? await dispatch(request.body, { from: `rpc/${request.ip}`, request: request.id })
        : undefined;
    if (typeof request.body !== 'string') return send(reply, 415, RPC_ERRORS.request, WANTED);
    if (answer === undefined) return reply.code(204).send();
    return reply.type('application/json; charset=utf-8').send(answer);
  });
  app.get('/health/live', async () => ({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const state = readiness(service.status());
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));

  await listenOn(app, listen);
  return { url: urlOf(app), final: metrics.final, close: () => close(app) };
}

const WANTED = 'Send JSON by POST to / with the header content-type: application/json.';

/** Gives every error of the transport the form of an RPC error. */
function answerErrors(app: FastifyInstance, log: NodeLog): void {
  app.setNotFoundHandler((_request, reply) => send(reply, 404, RPC_ERRORS.request, WANTED));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) return send(reply, 413, RPC_ERRORS.body, 'The body is too long.');
    if (status === 415) return send(reply, 415, RPC_ERRORS.request, WANTED);
    if (status === 429) return send(reply, 429, RPC_ERRORS.rate, 'Too many requests. Try again in a second.');
    if (status < 500) return send(reply, status, RPC_ERRORS.request, 'This is no request that the server takes.');
    log('error', 'A request failed.', { error: describe(error) });
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
