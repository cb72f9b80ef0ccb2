/**
 * The codes of an RPC error. Those of JSON-RPC 2.0 (section 5.1) mean what they mean there; those from -32000 downwards
 * are a node's own. They are stable across releases.
 */
export const RPC_ERRORS = {
  /** The body is not JSON. */
  parse: -32700,
  /** The body, or an element of a batch, is no request: another version, an unknown member, an empty batch. */
  request: -32600,
  /** There is no such method. */
  method: -32601,
  /** The parameters do not fit the method; `data.issues` says where and why. */
  params: -32602,
  /** The node failed; its log says why, the answer does not. */
  internal: -32603,
  /** The node has stopped taking part, so it takes no transactions. */
  halted: -32000,
  /** The batch has more requests than the server takes. */
  batch: -32001,
  /** The body has more bytes than the server takes (HTTP 413). */
  body: -32002,
  /** The client sends more requests than the server takes (HTTP 429). */
  rate: -32003,
  /** What this batch was answered so far is as much as one answer holds: ask for the rest in another. */
  answer: -32004,
  /** Subscriptions need a WebSocket: over HTTP there is no way to notify. */
  transport: -32005,
  /** The connection holds as many subscriptions as the server allows. */
  subscriptions: -32006,
  /** The request names a host, or comes from an origin, that the server was not told to serve (HTTP 403). */
  forbidden: -32007,
  /** There is nothing under that path, or nothing yet (HTTP 404). */
  missing: -32008,
} as const;

/** The name of an RPC error. */
export type RpcErrorName = keyof typeof RPC_ERRORS;

/** One of {@link RPC_ERRORS}. */
export type RpcErrorCode = (typeof RPC_ERRORS)[RpcErrorName];

/** Where a parameter is wrong, as names and places from the outside in, and what was wanted there. */
export interface RpcIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The member `error` of an answer; `data` with `params` alone. */
export interface RpcErrorBody {
  readonly code: RpcErrorCode;
  readonly message: string;
  readonly data?: { readonly issues: readonly RpcIssue[] };
}
