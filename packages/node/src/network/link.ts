import { queueBytes } from './channels.ts';
import type { Channel } from './network.ts';

/** One direction between two peers of a hub in memory. */
export interface Link {
  /** Puts a message on the protocol's stream; false if its queue is full. */
  send(protocol: Channel, bytes: Uint8Array): boolean;
  publish(topic: string, bytes: Uint8Array): void;
  /** Nothing arrives any more. */
  close(): void;
}

interface Travelling {
  readonly bytes: Uint8Array;
  arrived: boolean;
}

/** A link over something that may delay, reorder and lose: each protocol's messages come out in the order they went in. */
export function createLink({
  transmit,
  message,
  gossip,
}: {
  readonly transmit: (bytes: Uint8Array, deliver: () => void, lose: () => void) => void;
  readonly message: (protocol: string, bytes: Uint8Array) => void;
  readonly gossip: (topic: string, bytes: Uint8Array) => void;
}): Link {
  let open = true;
  const streams = new Map<string, { waiting: number; readonly queue: Travelling[] }>();

  return {
    send(protocol, bytes) {
      const stream = streams.get(protocol.name) ?? { waiting: 0, queue: [] };
      streams.set(protocol.name, stream);
      if (stream.waiting + bytes.length > queueBytes(protocol)) return false;
      const travelling: Travelling = { bytes: bytes.slice(), arrived: false };
      stream.queue.push(travelling);
      stream.waiting += bytes.length;
      const handOver = (): void => {
        while (open && stream.queue[0]?.arrived) {
          const { bytes: first } = stream.queue.shift()!;
          stream.waiting -= first.length;
          message(protocol.name, first);
        }
      };
      const deliver = (): void => {
        travelling.arrived = true;
        handOver();
      };
      // What is lost must not hold up what comes after it.
      const lose = (): void => {
        if (travelling.arrived) return;
        stream.queue.splice(stream.queue.indexOf(travelling), 1);
        stream.waiting -= bytes.length;
        handOver();
      };
      transmit(travelling.bytes, deliver, lose);
      return true;
    },
    publish(topic, bytes) {
      const copy = bytes.slice();
      const deliver = (): void => {
        if (open) gossip(topic, copy);
      };
      transmit(copy, deliver, () => {});
    },
    close() {
      open = false;
    },
  };
}
