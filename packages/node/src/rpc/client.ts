import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { type MethodName, methods, type RpcParams, type RpcResult } from './methods.ts';

/** How a client behaves; everything has a default. */
export interface RpcClientOptions {
  /** How long one request may take, in ms; 30 000 by default. */
  readonly timeoutMs?: number;
  /** How often a request is sent again after the connection failed, waiting 100 ms, 200 ms and so on; 3 by default. */
  readonly retries?: number;
}

/** One call of a batch. */
export type RpcCall = { [Name in MethodName]: { readonly method: Name; readonly params: RpcParams<Name> } }[MethodName];

/** The results of a batch, each in the place of its call: a result, or the error that the node answered instead. */
export type RpcOutcomes<Calls extends readonly RpcCall[]> = {
  readonly [Place in keyof Calls]:
    | { readonly result: RpcResult<Calls[Place]['method']> }
    | { readonly error: NodeError };
};

/**
 * Asks a node. Calls reject with a `NodeError`: `rpc-refused` if the node answered with an error (`facts.rpcCode`, see
 * `RPC_ERRORS`), `rpc-unreachable` if no connection held or the time was up, `rpc-answer` if what came was no answer to
 * the call; or with the reason of `signal`. Every method may be called twice without harm, so that retries are safe.
 */
export interface RpcClient {
  readonly url: string;
  call<Name extends MethodName>(
    method: Name,
    params: RpcParams<Name>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<RpcResult<Name>>;
  /** Sends 1..256 calls as one request. */
  batch<const Calls extends readonly RpcCall[]>(
    calls: Calls,
    options?: { readonly signal?: AbortSignal },
  ): Promise<RpcOutcomes<Calls>>;
}

const FIRST_WAIT = 100;
/** The longest answer that is read, in bytes. */
const MAX_ANSWER = 128 * 1024 * 1024;

const answerSchema = z.union([
  z.object({ jsonrpc: z.literal('2.0'), id: z.int().nullable(), result: z.unknown() }),
  z.object({
    jsonrpc: z.literal('2.0'),
    id: z.int().nullable(),
    error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
  }),
]);

type Answer = z.infer<typeof answerSchema>;
type Outcome = { readonly result: unknown } | { readonly error: NodeError };

/** Makes a client of the server at `url`, such as `http://127.0.0.1:8545`. */
export function createRpcClient(url: string, { timeoutMs = 30_000, retries = 3 }: RpcClientOptions = {}): RpcClient {
  const exchange = async (body: unknown, signal: AbortSignal | undefined): Promise<unknown> => {
    const text = JSON.stringify(body);
    for (let attempt = 0; ; attempt++) {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        return await post(url, text, signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof NodeError) throw error;
        if (timeout.aborted) throw unreachable(url, `did not answer within ${timeoutMs} ms`, error);
        if (attempt >= retries) throw unreachable(url, `cannot be reached (${connectionFault(error)})`, error);
        await wait(FIRST_WAIT * 2 ** attempt, signal);
      }
    }
  };

  const batch = async (calls: readonly RpcCall[], signal: AbortSignal | undefined): Promise<Outcome[]> => {
    const requests = calls.map(({ method, params }, id) => ({ jsonrpc: '2.0', id, method, params }));
    const json = await exchange(requests, signal);
    if (!Array.isArray(json)) {
      const refused = outcomeOf(parseAnswer(json, url), calls[0]!.method, url);
      throw 'error' in refused ? refused.error : strange(url, 'one answer to a batch');
    }
    const answers = new Map(json.map((item) => parseAnswer(item, url)).map((answer) => [answer.id, answer]));
    return calls.map(({ method }, id) => outcomeOf(answers.get(id), method, url));
  };

  return {
    url,
    async call<Name extends MethodName>(
      method: Name,
      params: RpcParams<Name>,
      { signal }: { readonly signal?: AbortSignal } = {},
    ): Promise<RpcResult<Name>> {
      const json = await exchange({ jsonrpc: '2.0', id: 0, method, params }, signal);
      const outcome = outcomeOf(parseAnswer(json, url), method, url);
      if ('error' in outcome) throw outcome.error;
      return outcome.result as RpcResult<Name>;
    },
    async batch<const Calls extends readonly RpcCall[]>(
      calls: Calls,
      { signal }: { readonly signal?: AbortSignal } = {},
    ): Promise<RpcOutcomes<Calls>> {
      if (calls.length === 0) return [] as unknown as RpcOutcomes<Calls>;
      return (await batch(calls, signal)) as unknown as RpcOutcomes<Calls>;
    },
  };
}

/** The JSON that the server answers, whatever the HTTP status. */
async function post(url: string, body: string, signal: AbortSignal): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER) throw strange(url, `an answer of more than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (cause) {
    throw strange(url, `something that is not JSON (HTTP ${response.status})`, cause);
  }
}

function parseAnswer(json: unknown, url: string): Answer {
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) throw strange(url, 'something that is not JSON-RPC 2.0', parsed.error);
  return parsed.data;
}

/** An answer held against its method. */
function outcomeOf(answer: Answer | undefined, method: MethodName, url: string): Outcome {
  if (answer === undefined) return { error: strange(url, `nothing to ${method}`) };
  if ('error' in answer) {
    const { code, message, data } = answer.error;
    const detail = data === undefined ? '' : ` ${JSON.stringify(data)}`;
    const facts = { rpcCode: code, method, url };
    return { error: new NodeError('rpc-refused', `${url} refused ${method}: ${message}${detail}`, facts) };
  }
  const parsed = methods[method].result.safeParse(answer.result);
  if (!parsed.success) return { error: strange(url, `something that is no result of ${method}`, parsed.error) };
  return { result: parsed.data };
}

const strange = (url: string, what: string, cause?: unknown): NodeError =>
  new NodeError('rpc-answer', `${url} answered ${what}. Is it a node of this version?`, { url }, cause);

const unreachable = (url: string, how: string, cause: unknown): NodeError =>
  new NodeError(
    'rpc-unreachable',
    `The node at ${url} ${how}. Is it running, and is the address right?`,
    { url },
    cause,
  );

/** What Node says of a broken connection stands in the cause of what `fetch` throws. */
function connectionFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}

const wait = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
