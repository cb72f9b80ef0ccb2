import * as z from 'zod/mini';
import { ClientError } from '../error.ts';
import { results } from '../methods/results.ts';
import type { MethodName } from '../methods/table.ts';

/** One request of JSON-RPC 2.0. */
export interface WireRequest {
  readonly jsonrpc: '2.0';
  readonly id: number;
  readonly method: MethodName;
  readonly params: unknown;
}

/** One answer of JSON-RPC 2.0; `id` is null where the node could not tell which request it answers. */
export type WireAnswer =
  | { readonly id: number | null; readonly result: unknown }
  | {
      readonly id: number | null;
      readonly error: { readonly code: number; readonly message: string; readonly data?: unknown };
    };

const answerSchema: z.ZodMiniType<WireAnswer> = z.union([
  z.object({ jsonrpc: z.literal('2.0'), id: z.nullable(z.int()), result: z.unknown() }),
  z.object({
    jsonrpc: z.literal('2.0'),
    id: z.nullable(z.int()),
    error: z.object({ code: z.int(), message: z.string(), data: z.optional(z.unknown()) }),
  }),
]);

/** What a call came to. */
export type Outcome = { readonly result: unknown } | { readonly error: ClientError };

/** The longest answer that is read, in bytes. */
export const MAX_ANSWER: number = 128 * 1024 * 1024;

/** The answer that a JSON value is. Throws `ClientError` (`rpc-answer`). */
export function parseAnswer(json: unknown, url: string): WireAnswer {
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) throw strange(url, 'something that is not JSON-RPC 2.0', parsed.error);
  return parsed.data;
}

/** An answer held against its method. */
export function outcomeOf(answer: WireAnswer | undefined, method: MethodName, url: string): Outcome {
  if (answer === undefined) return { error: strange(url, `nothing to ${method}`) };
  if ('error' in answer) {
    const { code, message, data } = answer.error;
    const detail = data === undefined ? '' : ` ${JSON.stringify(data)}`;
    const facts = { rpcCode: code, method, url };
    return { error: new ClientError('rpc-refused', `${url} refused ${method}: ${message}${detail}`, facts) };
  }
  const parsed = results[method].safeParse(answer.result);
  if (!parsed.success) return { error: strange(url, `something that is no result of ${method}`, parsed.error) };
  return { result: parsed.data };
}

/** An error for an answer that is none. */
export const strange = (url: string, what: string, cause?: unknown): ClientError =>
  new ClientError('rpc-answer', `${url} answered ${what}. Is it a node of this version?`, { url }, cause);

/** An error for a node that cannot be asked. */
export const unreachable = (url: string, how: string, cause?: unknown): ClientError =>
  new ClientError(
    'rpc-unreachable',
    `The node at ${url} ${how}. Is it running, and is the address right?`,
    { url },
    cause,
  );
