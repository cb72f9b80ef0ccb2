import * as z from 'zod/mini';
import {
  balanceAnswer,
  beaconAnswer,
  blockAnswer,
  headAnswer,
  outputAnswer,
  proofAnswer,
  recordAnswer,
  statusAnswer,
  submissionAnswer,
  subscriptionAnswer,
  supplyAnswer,
  transactionAnswer,
} from './answers.ts';
import { MAX_HEADS_ANSWERED, MAX_OUTPUTS_ANSWERED, MAX_RECORDS_ANSWERED } from './bounds.ts';
import type { MethodName, RpcResult } from './table.ts';

/** What the result of each method is, apart from the table: it is all that a client needs of it. */
export const results: { readonly [Name in MethodName]: z.ZodMiniType<RpcResult<Name>> } = {
  submitTransaction: submissionAnswer,
  submitTransactions: z.array(submissionAnswer),
  getTransaction: transactionAnswer,
  getTransactions: z.array(transactionAnswer),
  getFinalityProof: z.nullable(proofAnswer),
  getHead: headAnswer,
  getHeads: z.array(headAnswer).check(z.maxLength(MAX_HEADS_ANSWERED)),
  getBlock: z.nullable(blockAnswer),
  getBalance: balanceAnswer,
  getOutputs: z.array(outputAnswer).check(z.maxLength(MAX_OUTPUTS_ANSWERED)),
  getBeacon: z.nullable(beaconAnswer),
  getRecords: z.array(recordAnswer).check(z.maxLength(MAX_RECORDS_ANSWERED)),
  getBeaconProof: z.nullable(proofAnswer),
  getSupply: supplyAnswer,
  getStatus: statusAnswer,
  'rpc.discover': z.looseObject({
    openrpc: z.string(),
    info: z.looseObject({ title: z.string(), version: z.string() }),
    methods: z.array(z.looseObject({ name: z.string() })),
  }),
  subscribe: subscriptionAnswer,
  unsubscribe: z.boolean(),
};
