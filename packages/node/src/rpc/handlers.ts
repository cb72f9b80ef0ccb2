import { encodeFinalityProof } from '@ios/client';
import { encodeBeaconProof } from '@ios/client/beacon';
import { decodeEpochRecord } from '@ios/client/epochs';
import {
  type BeaconAnswer,
  type HeadAnswer,
  MAX_HEADS_ANSWERED,
  MAX_RECORDS_ANSWERED,
  type MethodName,
  OUTPUTS_ANSWERED,
  type RecordAnswer,
  type RpcParams,
  type RpcResult,
  type SubmissionAnswer,
} from '@ios/client/methods';
import { decodeAddress, decodeHeader, HEADER_BYTES } from '@ios/ledger';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import type { NodeService } from '../service.ts';
import { answerBlock, answerHead, answerOutput, answerStatus, answerSubmission, answerTransaction } from './answers.ts';
import { openRpcDocument } from './discover.ts';
import { proveFinality } from './finality.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Who calls, and what a call may use. */
export interface CallContext {
  readonly service: NodeService;
  /** Names whom to charge for the work. */
  readonly from: string;
  /** Those of the caller's connection; undefined where it cannot be notified. */
  readonly subscriptions: Subscriptions | undefined;
}

type Handler<Name extends MethodName> = (
  context: CallContext,
  params: RpcParams<Name>,
) => RpcResult<Name> | Promise<RpcResult<Name>>;

/** After so many bytes of blocks an answer with heads is full. */
const HEADS_BYTES = 8 << 20;

/** What the node does for each method; parameters have passed the method's schema. */
export const handlers: { readonly [Name in MethodName]: Handler<Name> } = {
  submitTransaction: async (context, { transaction }) => (await submit(context, [transaction]))[0]!,
  submitTransactions: (context, { transactions }) => submit(context, transactions),
  getTransaction: async ({ service }, { id }) => answerTransaction(await service.transaction(hexToBytes(id))),
  getTransactions: async ({ service }, { ids }) =>
    (await Promise.all(ids.map((id) => service.transaction(hexToBytes(id))))).map(answerTransaction),
  getFinalityProof: async ({ service }, { id }) => {
    const proof = await proveFinality(service, hexToBytes(id));
    return proof === undefined ? null : { proof: bytesToHex(encodeFinalityProof(proof)) };
  },
  getHead: ({ service }) => answerHead(service.head()),
  getHeads: ({ service }, { from, limit = MAX_HEADS_ANSWERED }) => headsFrom(service, from, limit),
  getBlock: async ({ service }, { height }) => {
    const block = await service.block(height);
    return block === undefined ? null : answerBlock(height, block);
  },
  getBalance: ({ service }, { owner }) => {
    const { amount, outputs } = service.balance(ownerKey(owner));
    return { amount: amount.toString(), outputs };
  },
  getOutputs: ({ service }, { owner, limit = OUTPUTS_ANSWERED, after }) => {
    const last = after && { id: hexToBytes(after.id), index: after.index };
    return service.outputs(ownerKey(owner), limit, last).map(answerOutput);
  },
  getBeacon: ({ service }, { epoch }) => beaconAt(service, epoch ?? service.recorded()),
  getRecords: ({ service }, { from, limit = MAX_RECORDS_ANSWERED }) => recordsFrom(service, from, limit),
  getBeaconProof: async ({ service }, { epoch }) => {
    const proof = await service.beaconProof(epoch);
    return proof === undefined ? null : { proof: bytesToHex(encodeBeaconProof(proof)) };
  },
  getSupply: ({ service }) => {
    const { outputs, fees } = service.supply();
    return { outputs: outputs.toString(), fees: fees.toString() };
  },
  getStatus: ({ service }) => answerStatus(service.status()),
  'rpc.discover': () => openRpcDocument,
  subscribe: ({ subscriptions }, params) => ({ subscription: notifiable(subscriptions).add(params) }),
  unsubscribe: ({ subscriptions }, { subscription }) => notifiable(subscriptions).remove(subscription),
};

/** Submits; refuses on a node that will never propose or finish anything. */
async function submit(
  { service, from }: CallContext,
  transactions: readonly string[],
): Promise<readonly SubmissionAnswer[]> {
  const { halted } = service.status();
  if (halted !== undefined) throw new NodeError('halted', 'This node has stopped taking part. Ask another one.');
  const submissions = await Promise.all(transactions.map((hex) => service.submit(hexToBytes(hex), from)));
  return submissions.map(answerSubmission);
}

/** What was executed after a block stands in the header of the next one, and after the last block in the head. */
async function headsFrom(service: NodeService, from: number, limit: number): Promise<HeadAnswer[]> {
  const head = service.head();
  const heads: HeadAnswer[] = [];
  if (from > head.height) return heads;
  let stored = await service.block(from);
  let read = 0;
  for (let height = from; stored !== undefined && heads.length < limit; height++) {
    if (height === head.height) return [...heads, answerHead(head)];
    const next = await service.block(height + 1);
    if (next === undefined) break;
    const { executionDigest } = decodeHeader(next.bytes.subarray(0, HEADER_BYTES));
    heads.push(answerHead({ height, hash: stored.hash, executionDigest }));
    read += stored.bytes.length;
    if (read > HEADS_BYTES) break;
    stored = next;
  }
  return heads;
}

/** Recorded randomness, null where there is none of that epoch. */
export async function beaconAt(service: NodeService, epoch: number): Promise<BeaconAnswer | null> {
  const stored = epoch > service.recorded() ? undefined : await service.record(epoch);
  const record = stored && decodeEpochRecord(stored.value);
  if (record === undefined) return null;
  return { epoch, randomness: bytesToHex(record.randomness), selection: bytesToHex(record.selection) };
}

async function recordsFrom(service: NodeService, from: number, limit: number): Promise<RecordAnswer[]> {
  const records: RecordAnswer[] = [];
  for (let epoch = from; epoch <= service.recorded() && records.length < limit; epoch++) {
    const stored = await service.record(epoch);
    if (stored === undefined) break;
    records.push({ epoch, value: bytesToHex(stored.value), certificate: bytesToHex(stored.certificate) });
  }
  return records;
}

const ownerKey = (owner: string): Uint8Array => (owner.length === 64 ? hexToBytes(owner) : decodeAddress(owner));

function notifiable(subscriptions: Subscriptions | undefined): Subscriptions {
  if (subscriptions !== undefined) return subscriptions;
  throw new NodeError('transport', 'Subscriptions need a WebSocket.');
}
