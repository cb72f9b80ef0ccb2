/** What went wrong, one word for each kind; stable across releases. */
export type ClientErrorCode =
  /** A node answered a call with an error; `facts.rpcCode` is one of `RPC_ERRORS`. */
  | 'rpc-refused'
  /** No connection to the node held, or it did not answer in time. */
  | 'rpc-unreachable'
  /** What a node answered is no answer to the call, or contradicts what it answered before. */
  | 'rpc-answer'
  /** The client was closed. */
  | 'closed'
  /** Bytes or a text that are no genesis. */
  | 'genesis-malformed'
  /** A text that is no key file, or a damaged one. */
  | 'key-malformed'
  /** A password that does not open a key file, or is none. */
  | 'password'
  /** Bytes that are no finality proof. */
  | 'proof-malformed'
  /** Bytes that are no proof or file of the beacon, or randomness that is too old for a file. */
  | 'beacon-malformed'
  /** None of the nodes that were asked shows the randomness of that epoch. */
  | 'beacon-missing'
  /** A node serves another network than the one that is meant; `facts.chain` is its genesis hash. */
  | 'other-network'
  /** An argument outside its range: an amount, a count, a key. */
  | 'out-of-range'
  /** The wallet has less than the payments and the fee need; `facts.have` and `facts.need` say how much. */
  | 'insufficient-funds'
  /** The payment needs more than 256 of the wallet's outputs; `facts.most` is what 256 of them hold. */
  | 'too-many-inputs'
  /** The network will not take the transaction; `facts.reason` is the ledger's or the node's word for it. */
  | 'rejected'
  /** The shards have given the transaction up; `facts.shard` has rejected it or was absent, as `facts.reason` says. */
  | 'aborted'
  /** None of the nodes given is of the shard that is needed, `facts.shard`. */
  | 'no-endpoint';

/**
 * The one error class of this package: match on `name` and `code`, read the values of the message from `facts`; `cause`
 * holds the error underneath, if there was one.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  /** What the message states, as values. */
  readonly facts: Readonly<Record<string, string | number | bigint>>;

  constructor(
    code: ClientErrorCode,
    message: string,
    facts: Readonly<Record<string, string | number | bigint>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}
