import { type GossipSub, gossipsub, StrictSign, TopicValidatorResult } from '@libp2p/gossipsub';
import type { Connection } from '@libp2p/interface';
import type { Channels } from './channels.ts';
import { nameOf } from './names.ts';
import type { Channel } from './network.ts';

/** Room for protocol buffers around a message, in bytes. */
const OVERHEAD = 1 << 12;
/** Bytes of one RPC: a peer may answer with several messages at once. */
const LEAST_RPC = 1 << 22;

/**
 * gossipsub for the topics of one chain: signed messages only, other topics ignored, at most 16 of the longest messages
 * in an RPC. Peers are known and authenticated, so no score counts how many share an address (on one machine all do).
 */
export function gossipService(topics: Channels, declared: readonly Channel[]): ReturnType<typeof gossipsub> {
  const longest = Math.max(0, ...declared.map(({ maxBytes }) => maxBytes));
  const rpcBytes = Math.max(LEAST_RPC, 16 * (longest + OVERHEAD));
  return gossipsub({
    allowedTopics: new Set(topics.wireNames.values()),
    globalSignaturePolicy: StrictSign,
    fallbackToFloodsub: false,
    floodPublish: false,
    batchPublish: true,
    emitSelf: false,
    doPX: false,
    allowPublishToZeroTopicPeers: true,
    maxInboundStreams: 2,
    maxInboundDataLength: rpcBytes,
    maxOutboundBufferSize: 2 * rpcBytes,
    decodeRpcLimits: {
      maxSubscriptions: 64,
      maxMessages: 1000,
      maxControlMessages: 1000,
      maxIhaveMessageIDs: 5000,
      maxIwantMessageIDs: 5000,
      maxIdontwantMessageIDs: 512,
      maxPeerInfos: 16,
    },
    scoreParams: { IPColocationFactorWeight: 0 },
  });
}

/**
 * Joins some of the topics of a started service; messages of strangers, and those above a topic's bound, are not passed on, nor are
 * any of the topics that were not joined.
 */
export function joinTopics(
  service: GossipSub,
  topics: Channels,
  joined: readonly Channel[],
  knows: (peer: string) => boolean,
  receive: (topic: string, from: string, bytes: Uint8Array) => void,
): void {
  const wireNames = joined.map(({ name }) => topics.wireNames.get(name)!);
  for (const wireName of topics.wireNames.values())
    service.topicValidators.set(wireName, () => TopicValidatorResult.Ignore);
  for (const wireName of wireNames) {
    service.topicValidators.set(wireName, (_relay, message) => {
      const author = message.type === 'signed' ? nameOf(message.from) : undefined;
      const maxBytes = topics.byWireName(message.topic)?.maxBytes ?? 0;
      return author !== undefined && knows(author) && message.data.length <= maxBytes
        ? TopicValidatorResult.Accept
        : TopicValidatorResult.Reject;
    });
  }
  service.addEventListener('message', ({ detail: message }) => {
    const topic = topics.byWireName(message.topic);
    const author = message.type === 'signed' ? nameOf(message.from) : undefined;
    if (topic !== undefined && author !== undefined) receive(topic.name, author, message.data);
  });
  for (const wireName of wireNames) service.subscribe(wireName);
}

/**
 * Whether gossip can flow out over a connection. gossipsub does not open its stream again while a connection lasts, and
 * takes a stream that was still being negotiated when its connection closed for that of the next connection.
 */
export function hasGossipStream(connection: Connection): boolean {
  return connection.streams.some(
    ({ direction, protocol, writeStatus }) =>
      direction === 'outbound' && protocol.startsWith('/meshsub/') && writeStatus === 'writable',
  );
}
