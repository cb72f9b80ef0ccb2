export { NetworkError, type NetworkErrorCode, type NetworkFacts } from './network/error.ts';
export { createLibp2pNetwork, type Libp2pNetwork, type Libp2pOptions } from './network/libp2p.ts';
export { createMemoryHub, type MemberOptions, type MemoryHub, type Transmit } from './network/memory.ts';
export type { Channel, Network, NetworkHandler, NetworkLog, PeerAddress } from './network/network.ts';
