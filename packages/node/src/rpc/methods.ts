/**
 * The methods of a node, in one table: for each the parameters it takes, the result it gives, and what it asks of the
 * node. Servers, clients and descriptions are made from it.
 * @module
 */
import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { NodeService } from '../service.ts';
import {
  answerBlock,
  answerHead,
  answerOutput,
  answerStatus,
  answerSubmission,
  answerTransaction,
  type BalanceAnswer,
  type BlockAnswer,
  balanceAnswer,
  blockAnswer,
  type HeadAnswer,
  headAnswer,
  type OutPointAnswer,
  type OutputAnswer,
  outputAnswer,
  type StatusAnswer,
  type SubmissionAnswer,
  type SupplyAnswer,
  statusAnswer,
  submissionAnswer,
  supplyAnswer,
  type TransactionAnswer,
  transactionAnswer,
} from './answers.ts';
import { bytes32, height, outpoint, owner, transactionHex } from './schemas.ts';

/** The most transactions, or ids, of one call. */
export const MAX_ITEMS = 512;
/** The most outputs of one answer. */
const MAX_OUTPUTS_ANSWERED = 1000;
const OUTPUTS_ANSWERED = 100;

/** Ids, keys and bytes are lowercase hexadecimal digits, amounts decimal atomic units, owners addresses or keys. */
export interface RpcMethods {
  /** Hands in an encoded transaction. */
  submitTransaction(params: { readonly transaction: string }): SubmissionAnswer;
  /** Hands in 1..512 encoded transactions; answers each in its place. */
  submitTransactions(params: { readonly transactions: readonly string[] }): readonly SubmissionAnswer[];
  /** Where a transaction stands. */
  getTransaction(params: { readonly id: string }): TransactionAnswer;
  /** Where each of 1..512 transactions stands, in their places. */
  getTransactions(params: { readonly ids: readonly string[] }): readonly TransactionAnswer[];
  /** The last final block. */
  getHead(params: Record<string, never>): HeadAnswer;
  /** A final block; null while there is none of that height (1 or more). */
  getBlock(params: { readonly height: number }): BlockAnswer | null;
  /** What an owner has. */
  getBalance(params: { readonly owner: string }): BalanceAnswer;
  /** At most `limit` (1..1000, else 100) of an owner's unspent outputs by ascending outpoint, those after `after`. */
  getOutputs(params: {
    readonly owner: string;
    readonly limit?: number;
    readonly after?: OutPointAnswer;
  }): readonly OutputAnswer[];
  /** Everything that exists. */
  getSupply(params: Record<string, never>): SupplyAnswer;
  /** How the node is doing. */
  getStatus(params: Record<string, never>): StatusAnswer;
}

/** The name of a method. */
export type MethodName = keyof RpcMethods;
/** The parameters of a method, by name. */
export type RpcParams<Name extends MethodName> = Parameters<RpcMethods[Name]>[0];
/** The result of a method. */
export type RpcResult<Name extends MethodName> = ReturnType<RpcMethods[Name]>;

/** What a method answers to good parameters, or what is wrong with bad ones. */
export type Prepared<Result> =
  | { readonly run: (service: NodeService, from: string) => Promise<Result> }
  | { readonly issues: readonly z.core.$ZodIssue[] };

/** One method. */
export interface Method<Params, Result> {
  /** Names of the parameters, in the order in which they may also be given as a list. */
  readonly fields: readonly string[];
  /** What the parameters, by name, have to be. */
  readonly params: z.ZodType<unknown, Params>;
  /** What the result is; fields that a newer server adds are left out. */
  readonly result: z.ZodType<Result>;
  /** Holds parameters (a record, a list or nothing) against the schema. */
  prepare(params: unknown): Prepared<Result>;
}

type Handler<Values, Result> = (service: NodeService, values: Values, from: string) => Result | Promise<Result>;

/** A method whose handler gets what the schema made of the parameters; `from` names whom to charge for the work. */
function method<Shape extends z.ZodRawShape, Params, Result>(
  shape: Shape,
  result: z.ZodType<Result>,
  handle: Handler<z.output<z.ZodObject<Shape, z.core.$strict>>, Result>,
): Method<Params, Result> {
  const fields = Object.keys(shape);
  const params = z.strictObject(shape);
  return {
    fields,
    params: params as unknown as z.ZodType<unknown, Params>,
    result,
    prepare: (given) => {
      const parsed = params.safeParse(byName(given, fields));
      if (!parsed.success) return { issues: parsed.error.issues };
      return { run: async (service, from) => handle(service, parsed.data, from) };
    },
  };
}

/** Parameters by name: those of a list by their places, where a surplus one keeps its number and is refused as unknown. */
function byName(given: unknown, fields: readonly string[]): unknown {
  if (given === undefined) return {};
  if (!Array.isArray(given)) return given;
  return Object.fromEntries(given.map((value, place) => [fields[place] ?? String(place), value]));
}

/** Submits for `from`; refuses on a node that will never propose or finish anything. */
async function submit(
  service: NodeService,
  transactions: readonly Uint8Array[],
  from: string,
): Promise<SubmissionAnswer[]> {
  const { halted } = service.status();
  if (halted !== undefined) throw new NodeError('halted', 'This node has stopped taking part. Ask another one.');
  const submissions = await Promise.all(transactions.map((bytes) => service.submit(bytes, from)));
  return submissions.map(answerSubmission);
}

const many = <Item extends z.ZodType>(item: Item): z.ZodArray<Item> => z.array(item).min(1).max(MAX_ITEMS);

/** All methods by name; ask {@link isMethod} before a name that came from outside is looked up. */
export const methods: { readonly [Name in MethodName]: Method<RpcParams<Name>, RpcResult<Name>> } = {
  submitTransaction: method(
    { transaction: transactionHex },
    submissionAnswer,
    async (service, { transaction }, from) => (await submit(service, [transaction], from))[0]!,
  ),
  submitTransactions: method(
    { transactions: many(transactionHex) },
    z.array(submissionAnswer),
    (service, { transactions }, from) => submit(service, transactions, from),
  ),
  getTransaction: method({ id: bytes32 }, transactionAnswer, async (service, { id }) =>
    answerTransaction(await service.transaction(id)),
  ),
  getTransactions: method({ ids: many(bytes32) }, z.array(transactionAnswer), async (service, { ids }) =>
    (await Promise.all(ids.map((id) => service.transaction(id)))).map(answerTransaction),
  ),
  getHead: method({}, headAnswer, (service) => answerHead(service.head())),
  getBlock: method({ height }, blockAnswer.nullable(), async (service, { height }) => {
    const block = await service.block(height);
    return block === undefined ? null : answerBlock(height, block);
  }),
  getBalance: method({ owner }, balanceAnswer, (service, { owner }) => {
    const { amount, outputs } = service.balance(owner);
    return { amount: amount.toString(), outputs };
  }),
  getOutputs: method(
    {
      owner,
      limit: z.int().min(1).max(MAX_OUTPUTS_ANSWERED).default(OUTPUTS_ANSWERED),
      after: outpoint.optional(),
    },
    z.array(outputAnswer),
    (service, { owner, limit, after }) => service.outputs(owner, limit, after).map(answerOutput),
  ),
  getSupply: method({}, supplyAnswer, (service) => {
    const { outputs, fees } = service.supply();
    return { outputs: outputs.toString(), fees: fees.toString() };
  }),
  getStatus: method({}, statusAnswer, (service) => answerStatus(service.status())),
};

/** Whether there is a method of that name; names that every object inherits are none. */
export const isMethod = (name: string): name is MethodName => Object.hasOwn(methods, name);
