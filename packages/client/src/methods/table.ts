/**
 * The methods of a node, in one table: for each what it is for, the parameters it takes, the result it gives and the
 * errors it may answer. Servers, clients and descriptions are made from it; what a node does for a method is the node's.
 * @module
 */
import * as z from 'zod/mini';
import type {
  BalanceAnswer,
  BeaconAnswer,
  BeaconProofAnswer,
  BlockAnswer,
  FinalityProofAnswer,
  HeadAnswer,
  OutputAnswer,
  RecordAnswer,
  StatusAnswer,
  SubmissionAnswer,
  SubscriptionAnswer,
  SupplyAnswer,
  TransactionAnswer,
} from './answers.ts';
import {
  MAX_HEADS_ANSWERED,
  MAX_ITEMS,
  MAX_OUTPUTS_ANSWERED,
  MAX_RECORDS_ANSWERED,
  OUTPUTS_ANSWERED,
} from './bounds.ts';
import type { RpcErrorName } from './errors.ts';
import { results } from './results.ts';
import { bytes32, height, type OutPointAnswer, outpoint, owner, transactionHex, within } from './values.ts';

/** What one can subscribe to. */
export type Topic = 'heads' | 'transaction' | 'mempool';

/** Parameters of a subscription: `id` with the topic `transaction` alone, where it is needed. */
export type SubscribeParams =
  | { readonly topic: 'heads' | 'mempool' }
  | { readonly topic: 'transaction'; readonly id: string };

/** A description of an RPC (https://spec.open-rpc.org, version 1.3). */
export interface OpenRpcDocument {
  readonly openrpc: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly methods: readonly { readonly name: string }[];
}

/** Ids, keys and bytes are lowercase hexadecimal digits, amounts decimal atomic units, owners addresses or keys. */
export interface RpcMethods {
  /** Hands in an encoded transaction. */
  submitTransaction(params: { readonly transaction: string }): SubmissionAnswer;
  /** Hands in 1..512 encoded transactions; answers each in its place. */
  submitTransactions(params: { readonly transactions: readonly string[] }): readonly SubmissionAnswer[];
  /** Where a transaction stands in the shard of the node. */
  getTransaction(params: { readonly id: string }): TransactionAnswer;
  /** Where each of 1..512 transactions stands in the shard of the node, in their places. */
  getTransactions(params: { readonly ids: readonly string[] }): readonly TransactionAnswer[];
  /** The proof that a transaction is final, or committed where several shards vote; null while it is neither. */
  getFinalityProof(params: { readonly id: string }): FinalityProofAnswer | null;
  /** The last final block. */
  getHead(params: Record<string, never>): HeadAnswer;
  /** The final blocks from height `from` on, at most `limit` (1..100, else 100) and fewer where blocks are large. */
  getHeads(params: { readonly from: number; readonly limit?: number | undefined }): readonly HeadAnswer[];
  /** A final block; null while there is none of that height (1 or more). */
  getBlock(params: { readonly height: number }): BlockAnswer | null;
  /** What an owner has. */
  getBalance(params: { readonly owner: string }): BalanceAnswer;
  /** At most `limit` (1..1000, else 100) of an owner's unspent outputs by ascending outpoint, those after `after`. */
  getOutputs(params: {
    readonly owner: string;
    readonly limit?: number | undefined;
    readonly after?: OutPointAnswer | undefined;
  }): readonly OutputAnswer[];
  /** Recorded randomness of an epoch, else the last; null while there is none. It is the node's word: verify it. */
  getBeacon(params: { readonly epoch?: number | undefined }): BeaconAnswer | null;
  /** The records from epoch `from` on, at most `limit` (1..100, else 100). */
  getRecords(params: { readonly from: number; readonly limit?: number | undefined }): readonly RecordAnswer[];
  /** How the randomness of an epoch came about; null while it is not recorded, or the node has yet to fetch it. */
  getBeaconProof(params: { readonly epoch: number }): BeaconProofAnswer | null;
  /** Everything that exists. */
  getSupply(params: Record<string, never>): SupplyAnswer;
  /** How the node is doing. */
  getStatus(params: Record<string, never>): StatusAnswer;
  /** What this table says, as an OpenRPC document. */
  'rpc.discover'(params: Record<string, never>): OpenRpcDocument;
  /** Subscribes this connection to a topic; WebSocket alone. The first notification says how things stand now. */
  subscribe(params: SubscribeParams): SubscriptionAnswer;
  /** Ends a subscription of this connection; false where there was none of that name. */
  unsubscribe(params: { readonly subscription: string }): boolean;
}

/** The name of a method. */
export type MethodName = keyof RpcMethods;
/** The parameters of a method, by name. */
export type RpcParams<Name extends MethodName> = Parameters<RpcMethods[Name]>[0];
/** The result of a method. */
export type RpcResult<Name extends MethodName> = ReturnType<RpcMethods[Name]>;

/** One method. */
export interface Method<Params, Result> {
  /** What it does, in a sentence. */
  readonly summary: string;
  /** What each parameter is, in the order in which they may also be given as a list. */
  readonly fields: Readonly<Record<string, string>>;
  /** What the parameters, by name, have to be. */
  readonly params: z.ZodMiniType<Params, Params>;
  /** What the result is; fields that a newer server adds are left out. */
  readonly result: z.ZodMiniType<Result>;
  /** Errors of the method's own, beside those that every call may meet. */
  readonly errors: readonly RpcErrorName[];
}

const method = <Params, Result>(
  summary: string,
  fields: Readonly<Record<string, string>>,
  params: z.ZodMiniType<Params, Params>,
  result: z.ZodMiniType<Result>,
  errors: readonly RpcErrorName[] = [],
): Method<Params, Result> => ({ summary, fields, params, result, errors });

const many = (item: z.ZodMiniType<string, string>): z.ZodMiniType<readonly string[], readonly string[]> =>
  z.array(item).check(z.minLength(1), z.maxLength(MAX_ITEMS));

const NONE = z.strictObject({}) as unknown as z.ZodMiniType<Record<string, never>, Record<string, never>>;
const ID = { id: 'Its id.' };

/** All methods by name; ask {@link isMethod} before a name that came from outside is looked up. */
export const methods: { readonly [Name in MethodName]: Method<RpcParams<Name>, RpcResult<Name>> } = {
  submitTransaction: method(
    'Hands in an encoded transaction. Handing it in again changes nothing.',
    { transaction: 'The encoded transaction.' },
    z.strictObject({ transaction: transactionHex }),
    results.submitTransaction,
    ['halted'],
  ),
  submitTransactions: method(
    `Hands in 1 to ${MAX_ITEMS} encoded transactions; each is answered in its place.`,
    { transactions: 'The encoded transactions.' },
    z.strictObject({ transactions: many(transactionHex) }),
    results.submitTransactions,
    ['halted'],
  ),
  getTransaction: method(
    'Tells where a transaction stands in the shard of this node; "final", "committed", "aborted", "refused" and "credited" are for ever.',
    ID,
    z.strictObject({ id: bytes32 }),
    results.getTransaction,
  ),
  getTransactions: method(
    `Tells where each of 1 to ${MAX_ITEMS} transactions stands in the shard of this node, in their places.`,
    { ids: 'Their ids.' },
    z.strictObject({ ids: many(bytes32) }),
    results.getTransactions,
  ),
  getFinalityProof: method(
    'Gives the proof that a transaction is final here, or committed where several shards vote, which anyone checks from genesis without a network; null while it is neither.',
    ID,
    z.strictObject({ id: bytes32 }),
    results.getFinalityProof,
  ),
  getHead: method('Gives the last final block.', {}, NONE, results.getHead),
  getHeads: method(
    'Gives final blocks in order, as heads; fewer than asked for where blocks are large, none above the last one.',
    { from: 'Height of the first.', limit: `How many at most: 1 to ${MAX_HEADS_ANSWERED}, which is what is meant.` },
    z.strictObject({ from: height, limit: z.optional(within(1, MAX_HEADS_ANSWERED)) }),
    results.getHeads,
  ),
  getBlock: method(
    'Gives a final block with a commit certificate; null while there is none of that height.',
    { height: 'Its height, from 1.' },
    z.strictObject({ height }),
    results.getBlock,
  ),
  getBalance: method(
    'Tells what an owner has.',
    { owner: 'Its address, or its key.' },
    z.strictObject({ owner }),
    results.getBalance,
  ),
  getOutputs: method(
    "Gives an owner's unspent outputs by ascending outpoint.",
    {
      owner: 'Its address, or its key.',
      limit: `How many at most: 1 to ${MAX_OUTPUTS_ANSWERED}; ${OUTPUTS_ANSWERED} is what is meant.`,
      after: 'The outpoint after which to begin.',
    },
    z.strictObject({ owner, limit: z.optional(within(1, MAX_OUTPUTS_ANSWERED)), after: z.optional(outpoint) }),
    results.getOutputs,
  ),
  getBeacon: method(
    "Tells the randomness of an epoch; null while it is not recorded. It is the node's word: the records and the proof show it.",
    { epoch: 'The epoch, from 1; the last one recorded is what is meant.' },
    z.strictObject({ epoch: z.optional(height) }),
    results.getBeacon,
  ),
  getRecords: method(
    'Gives the records of epochs in order, each with a commit certificate; none above the last one.',
    {
      from: 'Epoch of the first, from 1.',
      limit: `How many at most: 1 to ${MAX_RECORDS_ANSWERED}, which is what is meant.`,
    },
    z.strictObject({ from: height, limit: z.optional(within(1, MAX_RECORDS_ANSWERED)) }),
    results.getRecords,
  ),
  getBeaconProof: method(
    'Gives the proof of how the randomness of an epoch came about, which anyone checks from genesis with the records; null while it is not recorded, or where the node was late for it and has yet to fetch it: another one has it.',
    { epoch: 'The epoch, from 1.' },
    z.strictObject({ epoch: height }),
    results.getBeaconProof,
  ),
  getSupply: method('Tells everything that exists.', {}, NONE, results.getSupply),
  getStatus: method('Tells how the node is doing.', {}, NONE, results.getStatus),
  'rpc.discover': method('Describes all methods, as an OpenRPC document.', {}, NONE, results['rpc.discover']),
  subscribe: method(
    'Subscribes this connection, a WebSocket, to a topic. The first notification says how things stand now.',
    {
      topic: '"heads": each final block. "transaction": where it stands. "mempool": how much is not final.',
      id: 'Id of the transaction, with that topic alone.',
    },
    z.discriminatedUnion(
      'topic',
      [
        z.strictObject({ topic: z.enum(['heads', 'mempool']) }),
        z.strictObject({ topic: z.literal('transaction'), id: bytes32 }),
      ],
      { error: ({ code }) => (code === 'invalid_union' ? '"heads", "transaction" or "mempool" wanted' : undefined) },
    ),
    results.subscribe,
    ['transport', 'subscriptions'],
  ),
  unsubscribe: method(
    'Ends a subscription of this connection; false where there was none of that name.',
    { subscription: 'Its name.' },
    z.strictObject({ subscription: z.string().check(z.maxLength(64)) }),
    results.unsubscribe,
    ['transport'],
  ),
};

/** Whether there is a method of that name; names that every object inherits are none. */
export const isMethod = (name: string): name is MethodName => Object.hasOwn(methods, name);
