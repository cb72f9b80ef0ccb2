/**
 * Everything that a user of the network needs in a browser or in Node: a typed RPC client, key files, a wallet, and
 * verification from genesis.
 * @module
 */
export { ClientError, type ClientErrorCode } from './error.ts';
export {
  committeeOf,
  NO_STEP_ENTRY,
  type TrustedNetwork,
  type TrustedShard,
  trustGenesis,
} from './finality/committee.ts';
export { fetchFinalityProof } from './finality/fetch.ts';
export {
  type CertifyingNetwork,
  type DecodedHeader,
  decodeFinalHeader,
  encodeFinalHeader,
  type HeaderClaim,
  headerClaim,
  headerVerifier,
} from './finality/final-header.ts';
export {
  type CommittedProof,
  decodeFinalityProof,
  encodeFinalityProof,
  type FinalityProof,
  type IncludedProof,
  MAX_FINALITY_PROOF_BYTES,
} from './finality/proof.ts';
export { collectiveScheme, rosterOf } from './finality/scheme.ts';
export { verifyBlock, verifyFinality } from './finality/verify.ts';
export { assignmentOf } from './genesis/assignment.ts';
export { decodeGenesisFile, encodeGenesisFile } from './genesis/file.ts';
export {
  type Genesis,
  isNetworkName,
  MAX_ADDRESSES,
  MAX_GENESIS_OUTPUTS,
  MAX_VALIDATORS,
  type Registration,
} from './genesis/genesis.ts';
export { chainName, genesisHash, initialRandomness } from './genesis/identity.ts';
export type { Policy } from './genesis/policy.ts';
export { decodeGenesis, encodeGenesis } from './genesis/wire.ts';
export type { CallableName, CallOptions, RpcCall, RpcClient, RpcClientOptions, RpcOutcomes } from './rpc/client.ts';
export { createHttpClient } from './rpc/http.ts';
export {
  createWebSocketClient,
  type Socket,
  type SocketConstructor,
  type WebSocketClient,
  type WebSocketClientOptions,
} from './rpc/web-socket.ts';
export { buildTransfer, type Payment, type SignedTransaction, type TransferPlan } from './wallet/build.ts';
export { fetchCoins } from './wallet/coins.ts';
export { deriveOwnerKey, type OwnerKey, ownerKey } from './wallet/keys.ts';
export { participantsFrom } from './wallet/participants.ts';
export {
  type FollowOptions,
  fetchProgress,
  followProgress,
  type ShardEndpoint,
  type ShardStep,
  type TransactionProgress,
  unsettledShards,
} from './wallet/progress.ts';
export type { ManyShards, OneShard } from './wallet/route.ts';
export { type Selection, selectCoins } from './wallet/select.ts';
export { type ShardClients, shardClients } from './wallet/shards.ts';
export { createWallet, type SendOptions, type Wallet, type WalletOptions } from './wallet/wallet.ts';
