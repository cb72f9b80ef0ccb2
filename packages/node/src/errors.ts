/** What went wrong, one word for each kind of refusal; stable across releases. */
export type NodeErrorCode =
  /** A summary that could not be written. */
  | 'output'
  /** Temporary files that would not be removed. */
  | 'scratch'
  /** A transfer that a validator refused. */
  | 'refused'
  /** Valid transfers that shards gave up. */
  | 'aborted'
  /** Something that did not happen in the time given. */
  | 'time'
  /** A validator process that ended, or was not ready in time. */
  | 'validator'
  /** A chain that does not hold what its validators claim. */
  | 'audit'
  /** A planned fault of a devnet that had another effect than it should. */
  | 'fault'
  /** A node that was started before. */
  | 'started'
  /** A stored chain that cannot be read, or that a block does not follow. */
  | 'database'
  /** A value was decided that does not apply to this node's state. */
  | 'diverged'
  /** Bytes that are not a valid raw Bitcoin block or transaction. */
  | 'bitcoin-block'
  /** Bytes that are not the undo data of the block they came with. */
  | 'bitcoin-undo'
  /** A block that cannot be turned into transfers. */
  | 'workload'
  /** A genesis that may not start a chain. */
  | 'genesis-invalid'
  /** A division into shards that is likelier than accepted to have one with too many faulty members. */
  | 'insecure'
  /** A step of a genesis ceremony that does not follow from the ones before. */
  | 'ceremony'
  /** A text that is no key file, or a damaged one. */
  | 'key-malformed'
  /** A password that does not open a key file, or is none. */
  | 'password'
  /** A finality proof that does not hold. */
  | 'proof'
  /** A step that was not confirmed. */
  | 'confirmation'
  /** A key that another process uses. */
  | 'key-in-use'
  /** A mark of the votes of a key that cannot be read. */
  | 'votes'
  /** A file with a secret that others than its owner may read or write. */
  | 'permissions'
  /** Another program listens where this one should. */
  | 'address-in-use'
  /** An address on which this machine cannot listen. */
  | 'address'
  /** A node that has stopped taking part. */
  | 'halted'
  /** A subscription over a transport that cannot notify. */
  | 'transport'
  /** As many subscriptions as a connection may hold. */
  | 'subscriptions'
  /** An answer of a validator that is none to the call. */
  | 'rpc-answer'
  /** Another node that answers where this one should. */
  | 'other-node'
  /** A configuration that is damaged. */
  | 'config'
  /** A file that is not there. */
  | 'missing'
  /** A folder that holds something already. */
  | 'exists';

/**
 * The one error class of this package: match on `name` and `code`, read the numbers from `facts`; `cause` holds the
 * error underneath, if there was one.
 */
export class NodeError extends Error {
  override readonly name = 'NodeError';
  readonly code: NodeErrorCode;
  /** What the message states, as values: offsets, counts, limits. */
  readonly facts: Readonly<Record<string, string | number | bigint>>;

  constructor(
    code: NodeErrorCode,
    message: string,
    facts: Readonly<Record<string, string | number | bigint>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}
