import { ClientError } from '../error.ts';
import type { MethodName, RpcParams, RpcResult } from '../methods/table.ts';
import { type Outcome, outcomeOf, parseAnswer, strange, unreachable, type WireRequest } from './protocol.ts';
import { backoff, wait } from './wait.ts';

/** How a client behaves; everything has a default. */
export interface RpcClientOptions {
  /** How long one request may take, in ms; 30 000 by default. */
  readonly timeoutMs?: number;
  /** How often a request is sent again after the connection failed, after 100 ms, 200 ms and so on up to 5 s; 3 by default. */
  readonly retries?: number;
}

/** What one call takes beside its parameters. */
export interface CallOptions {
  /** Ends the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A method that every transport has: all but those of subscriptions, which clients over WebSocket have in another form. */
export type CallableName = Exclude<MethodName, 'subscribe' | 'unsubscribe'>;

/** One call of a batch. */
export type RpcCall = {
  [Name in CallableName]: { readonly method: Name; readonly params: RpcParams<Name> };
}[CallableName];

/** The results of a batch, each in the place of its call: a result, or the error that the node answered instead. */
export type RpcOutcomes<Calls extends readonly RpcCall[]> = {
  readonly [Place in keyof Calls]:
    | { readonly result: RpcResult<Calls[Place]['method']> }
    | { readonly error: ClientError };
};

/**
 * Asks a node. Calls reject with a `ClientError`: `rpc-refused` if the node answered with an error (`facts.rpcCode`, see
 * `RPC_ERRORS`), `rpc-unreachable` if no connection held or the time was up, `rpc-answer` if what came was no answer to
 * the call, `closed` after the client was closed; or with the reason of `signal`. Every method may be called twice without
 * harm, so that retries are safe.
 */
export interface RpcClient {
  readonly url: string;
  call<Name extends CallableName>(
    method: Name,
    params: RpcParams<Name>,
    options?: CallOptions,
  ): Promise<RpcResult<Name>>;
  /** Sends calls as one request; nodes take 256. */
  batch<const Calls extends readonly RpcCall[]>(calls: Calls, options?: CallOptions): Promise<RpcOutcomes<Calls>>;
}

/** Carries a request, or a batch, to a node and its answer back as parsed JSON. */
export interface Transport {
  readonly url: string;
  /** Rejects with a `ClientError` where a second attempt is of no use, with anything else where the connection failed. */
  exchange(body: WireRequest | readonly WireRequest[], signal: AbortSignal): Promise<unknown>;
}

/** A client over any transport. */
export function createClient(
  transport: Transport,
  { timeoutMs = 30_000, retries = 3 }: RpcClientOptions = {},
): RpcClient {
  const { url } = transport;
  let ids = 0;

  const request = (method: MethodName, params: unknown): WireRequest => ({ jsonrpc: '2.0', id: ids++, method, params });

  const exchange = async (body: WireRequest | readonly WireRequest[], signal?: AbortSignal): Promise<unknown> => {
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        return await transport.exchange(body, signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof ClientError) throw error;
        if (timeout.aborted) throw unreachable(url, `did not answer within ${timeoutMs} ms`, error);
        if (attempt >= retries) throw unreachable(url, `cannot be reached (${connectionFault(error)})`, error);
        await wait(backoff(attempt), signal);
      }
    }
  };

  const batch = async (calls: readonly RpcCall[], signal?: AbortSignal): Promise<Outcome[]> => {
    const requests = calls.map(({ method, params }) => request(method, params));
    const json = await exchange(requests, signal);
    if (!Array.isArray(json)) {
      const refused = outcomeOf(parseAnswer(json, url), calls[0]!.method, url);
      throw 'error' in refused ? refused.error : strange(url, 'one answer to a batch');
    }
    const answers = new Map(json.map((item) => parseAnswer(item, url)).map((answer) => [answer.id, answer]));
    return requests.map(({ method, id }) => outcomeOf(answers.get(id), method, url));
  };

  return {
    url,
    async call<Name extends CallableName>(
      method: Name,
      params: RpcParams<Name>,
      { signal }: CallOptions = {},
    ): Promise<RpcResult<Name>> {
      const sent = request(method, params);
      const answer = parseAnswer(await exchange(sent, signal), url);
      if (answer.id !== sent.id && 'result' in answer) throw strange(url, `another request than ${method}`);
      const outcome = outcomeOf(answer, method, url);
      if ('error' in outcome) throw outcome.error;
      return outcome.result as RpcResult<Name>;
    },
    async batch<const Calls extends readonly RpcCall[]>(
      calls: Calls,
      { signal }: CallOptions = {},
    ): Promise<RpcOutcomes<Calls>> {
      if (calls.length === 0) return [] as unknown as RpcOutcomes<Calls>;
      return (await batch(calls, signal)) as unknown as RpcOutcomes<Calls>;
    },
  };
}

/** What Node says of a broken connection stands in the cause of what `fetch` throws. */
function connectionFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}
