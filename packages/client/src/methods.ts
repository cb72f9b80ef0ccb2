/**
 * The methods, notifications and errors of a node's RPC: one table for servers, clients and descriptions.
 * @module
 */
export {
  type BalanceAnswer,
  type BeaconAnswer,
  type BeaconProgressAnswer,
  type BeaconProofAnswer,
  type BlockAnswer,
  type BlockPlace,
  type FinalityProofAnswer,
  type HeadAnswer,
  type InstanceAnswer,
  isLasting,
  type MempoolAnswer,
  type OutputAnswer,
  type RecordAnswer,
  type StatusAnswer,
  type SubmissionAnswer,
  type SubscriptionAnswer,
  type SupplyAnswer,
  type TransactionAnswer,
  type TransactionPlace,
} from './methods/answers.ts';
export {
  MAX_HEADS_ANSWERED,
  MAX_ITEMS,
  MAX_OUTPUTS_ANSWERED,
  MAX_RECORDS_ANSWERED,
  OUTPUTS_ANSWERED,
} from './methods/bounds.ts';
export {
  RPC_ERRORS,
  type RpcErrorBody,
  type RpcErrorCode,
  type RpcErrorName,
  type RpcIssue,
} from './methods/errors.ts';
export { NOTIFICATION, type Notifications, notifications } from './methods/notifications.ts';
export {
  isMethod,
  type Method,
  type MethodName,
  methods,
  type OpenRpcDocument,
  type RpcMethods,
  type RpcParams,
  type RpcResult,
  type SubscribeParams,
  type Topic,
} from './methods/table.ts';
export type { OutPointAnswer } from './methods/values.ts';
