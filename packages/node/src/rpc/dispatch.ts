/**
 * JSON-RPC 2.0 (https://www.jsonrpc.org/specification): from the body of a request to the body of its answer.
 *
 * 1. The body is JSON, else `parse`. 2. A list is a batch of 1 to `limits.batch` requests, anything else one request.
 * 3. A request has the members `jsonrpc`, `method`, perhaps `params` and `id`, and no others, else `request`; one without
 * `id` is a notification: it is run and not answered. 4. The method is looked up and its parameters are checked.
 * 5. Answers stand in the order of the requests; if nothing is to be answered, there is no body.
 * @module
 */
import {
  isMethod,
  type MethodName,
  methods,
  RPC_ERRORS,
  type RpcErrorBody,
  type RpcErrorCode,
  type RpcIssue,
} from '@ios/client/methods';
import { z } from 'zod';
import { NodeError, type NodeErrorCode } from '../errors.ts';
import type { NodeService } from '../service.ts';
import { handlers } from './handlers.ts';
import type { Subscriptions } from './subscriptions.ts';

/** How many requests of one batch are worked on at a time. */
const CONCURRENT = 8;
/** The most issues that an answer names, and the most characters it says of one. */
const MAX_ISSUES = 10;
const MAX_ISSUE_LENGTH = 200;

/** Who sent a body. */
export interface Caller {
  /** Names whom to charge for the work. */
  readonly from: string;
  /** Names the request in logs. */
  readonly request: string;
  /** Those of the caller's connection; undefined where it cannot be notified. */
  readonly subscriptions?: Subscriptions;
}

/** What a dispatcher answers from, and tells. */
export interface DispatchOptions {
  readonly service: NodeService;
  readonly limits: {
    /** The most requests of a batch. */
    readonly batch: number;
    /** The characters of one answer after which the rest of a batch is refused. */
    readonly answerLength: number;
  };
  /** Told of each call: its method (`unknown` if there is none), its duration in seconds and its error code or 0. */
  onCall(method: string, seconds: number, code: number): void;
  /** Told of what a handler threw. */
  onFailure(method: string, request: string, error: unknown): void;
}

/** From a body to its answer, undefined if there is none. Never rejects. */
export type Dispatch = (body: string, caller: Caller) => Promise<string | undefined>;

const requestSchema = z.strictObject({
  jsonrpc: z.literal('2.0'),
  method: z.string(),
  params: z.custom<object>((value) => typeof value === 'object' && value !== null).optional(),
  id: z.union([z.string().max(256), z.number(), z.null()]).optional(),
});

/** Makes a dispatcher. */
export function createDispatch(options: DispatchOptions): Dispatch {
  const { limits } = options;
  return async (body, caller) => {
    let json: unknown;
    try {
      json = JSON.parse(body);
    } catch {
      return failure(null, { code: RPC_ERRORS.parse, message: 'The body is not JSON.' });
    }
    if (!Array.isArray(json)) return answer(options, json, caller);
    if (json.length === 0) return failure(null, { code: RPC_ERRORS.request, message: 'The batch is empty.' });
    if (json.length > limits.batch) {
      const message = `A batch has at most ${limits.batch} requests, not ${json.length}.`;
      return failure(null, { code: RPC_ERRORS.batch, message });
    }
    return answerBatch(options, json, caller);
  };
}

async function answerBatch(
  options: DispatchOptions,
  batch: readonly unknown[],
  caller: Caller,
): Promise<string | undefined> {
  const answers: string[] = [];
  let length = 0;
  for (let start = 0; start < batch.length; start += CONCURRENT) {
    // Consensus gets a turn between the parts of a batch.
    await new Promise(setImmediate);
    const part = batch.slice(start, start + CONCURRENT);
    const full = length > options.limits.answerLength;
    for (const text of await Promise.all(part.map((item) => answer(options, item, caller, full)))) {
      if (text === undefined) continue;
      answers.push(text);
      length += text.length;
    }
  }
  return answers.length === 0 ? undefined : `[${answers.join(',')}]`;
}

/** Answers one request; with `full` it is refused unread. */
async function answer(
  options: DispatchOptions,
  item: unknown,
  caller: Caller,
  full = false,
): Promise<string | undefined> {
  const parsed = requestSchema.safeParse(item);
  if (!parsed.success) {
    return failure(null, { code: RPC_ERRORS.request, message: 'This is no request of JSON-RPC 2.0.' });
  }
  const { id, method, params } = parsed.data;
  const known = isMethod(method);
  const start = performance.now();
  const outcome = full ? FULL : known ? await call(options, method, params, caller) : UNKNOWN;
  const code = 'error' in outcome ? outcome.error.code : 0;
  options.onCall(known ? method : 'unknown', (performance.now() - start) / 1000, code);
  if (id === undefined) return undefined;
  if ('error' in outcome) return failure(id, outcome.error);
  return JSON.stringify({ jsonrpc: '2.0', id, result: outcome.result });
}

type Outcome = { readonly result: unknown } | { readonly error: RpcErrorBody };

const FULL: Outcome = {
  error: { code: RPC_ERRORS.answer, message: 'The answer to this batch is too long: split it.' },
};
const UNKNOWN: Outcome = { error: { code: RPC_ERRORS.method, message: 'There is no such method.' } };

/** What a handler refuses: its code, by that of the error it throws. */
const REFUSALS: Partial<Record<NodeErrorCode, RpcErrorCode>> = {
  halted: RPC_ERRORS.halted,
  transport: RPC_ERRORS.transport,
  subscriptions: RPC_ERRORS.subscriptions,
};

async function call(
  { service, onFailure }: DispatchOptions,
  name: MethodName,
  given: unknown,
  { from, request, subscriptions }: Caller,
): Promise<Outcome> {
  const { fields, params } = methods[name];
  const names = Object.keys(fields);
  const parsed = params.safeParse(byName(given, names));
  if (!parsed.success) {
    const message = `The parameters do not fit ${name}(${names.join(', ')}).`;
    return { error: { code: RPC_ERRORS.params, message, data: { issues: describe(parsed.error.issues) } } };
  }
  try {
    const handle = handlers[name] as (context: unknown, params: unknown) => unknown;
    return { result: await handle({ service, from, subscriptions }, parsed.data) };
  } catch (error) {
    const refusal = error instanceof NodeError ? REFUSALS[error.code] : undefined;
    if (refusal !== undefined) return { error: { code: refusal, message: (error as NodeError).message } };
    onFailure(name, request, error);
    return { error: { code: RPC_ERRORS.internal, message: 'The node failed; its log says why.' } };
  }
}

/** Parameters by name: those of a list by their places, where a surplus one keeps its number and is refused as unknown. */
function byName(given: unknown, names: readonly string[]): unknown {
  if (given === undefined) return {};
  if (!Array.isArray(given)) return given;
  return Object.fromEntries(given.map((value, place) => [names[place] ?? String(place), value]));
}

const describe = (issues: readonly z.core.$ZodIssue[]): RpcIssue[] =>
  issues.slice(0, MAX_ISSUES).map(({ path, message }) => ({
    path: path.map((step) => (typeof step === 'number' ? step : String(step))),
    message: message.slice(0, MAX_ISSUE_LENGTH),
  }));

const failure = (id: string | number | null, error: RpcErrorBody): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error });
