import type { Connection, Stream } from '@libp2p/interface';
import { queueBytes } from './channels.ts';
import { createFrameReader, encodeFrame } from './frames.ts';
import type { Channel } from './network.ts';

/** The protocol that every node has: empty frames that show that the other side is there. Never handed to the node. */
export const PULSE: Channel = { name: '.pulse', maxBytes: 0 };
/** Ticks without a byte after which a peer counts as gone. */
const SILENT_TICKS = 3;

/**
 * How a session ends by itself: `foreign`, the peer does not know a protocol of this chain and version; `violation`, it
 * announced a message above the bound; `broken`, a stream failed.
 */
export type SessionEnd = 'foreign' | 'violation' | 'broken';

/** The streams with one peer over one connection: for each protocol one out, which only we write, and one in. */
export interface Session {
  readonly connection: Connection;
  /** Time of opening, in ms. */
  readonly since: number;
  /** Whether all streams out stand; messages are taken only then. */
  readonly up: boolean;
  /** How it ended by itself, if it did. */
  readonly end: SessionEnd | undefined;
  /** Takes a stream that the peer has opened. */
  accept(channel: Channel, stream: Stream): void;
  /** Puts a frame on the protocol's stream; false if the session is not up or the queue is full. */
  send(protocol: Channel, bytes: Uint8Array): boolean;
  /** Sends a pulse; false if nothing at all has come from the peer for three ticks. */
  tick(): boolean;
  /** Ends it, and returns whether it was up; the connection is closed by the caller. */
  close(): boolean;
}

/**
 * Opens the streams out, all at once; calls `established` when they stand, and `ended` when the session is of no more use:
 * the caller then closes it. Messages are taken in between only. `wireNames` are those of the protocols and the pulse.
 */
export function createSession({
  connection,
  since,
  wireNames,
  message,
  established,
  ended,
}: {
  readonly connection: Connection;
  readonly since: number;
  readonly wireNames: ReadonlyMap<string, string>;
  readonly message: (protocol: string, bytes: Uint8Array) => void;
  readonly established: () => void;
  readonly ended: (end: SessionEnd, cause: unknown) => void;
}): Session {
  let state: 'opening' | 'up' | 'closed' = 'opening';
  let ending: SessionEnd | undefined;
  let silentTicks = 0;
  const streamsOut = new Map<string, Stream>();
  /** Lets the streams in flow that came before the session was up. */
  const held: (() => void)[] = [];

  const end = (reason: SessionEnd, cause?: unknown): void => {
    if (state === 'closed' || ending !== undefined) return;
    ending = reason;
    ended(reason, cause);
  };

  const openStream = async (name: string, wireName: string): Promise<void> => {
    const stream = await connection.newStream(wireName);
    stream.addEventListener('close', ({ error }) => end('broken', error));
    streamsOut.set(name, stream);
  };

  const open = async (): Promise<void> => {
    try {
      await Promise.all([...wireNames].map(([name, wireName]) => openStream(name, wireName)));
    } catch (error) {
      end(error instanceof Error && error.name === 'UnsupportedProtocolError' ? 'foreign' : 'broken', error);
      return;
    }
    if (state !== 'opening') return;
    state = 'up';
    established();
    for (const release of held.splice(0)) release();
  };
  void open();

  const send = (protocol: Channel, bytes: Uint8Array): boolean => {
    const stream = streamsOut.get(protocol.name);
    if (state !== 'up' || stream === undefined || stream.writeStatus !== 'writable') return false;
    if (stream.writeBufferLength + bytes.length > queueBytes(protocol)) return false;
    try {
      stream.send(encodeFrame(bytes));
      return true;
    } catch {
      // The connection below has just closed; the stream's own event says so.
      return false;
    }
  };

  return {
    connection,
    since,
    get up() {
      return state === 'up';
    },
    get end() {
      return ending;
    },
    accept(channel, stream) {
      const reader = createFrameReader(channel.maxBytes);
      stream.addEventListener('message', ({ data }) => {
        silentTicks = 0;
        for (const chunk of data instanceof Uint8Array ? [data] : data) {
          const messages = reader.push(chunk);
          if (messages === false) return end('violation');
          if (channel === PULSE) continue;
          for (const bytes of messages) if (state === 'up') message(channel.name, bytes);
        }
      });
      if (state !== 'opening') return;
      stream.pause();
      held.push(() => {
        if (stream.readStatus === 'paused') stream.resume();
      });
    },
    send,
    tick() {
      silentTicks += 1;
      send(PULSE, new Uint8Array(0));
      return silentTicks <= SILENT_TICKS;
    },
    close() {
      const wasUp = state === 'up';
      state = 'closed';
      return wasUp;
    },
  };
}

/**
 * Closes a connection at once. It happens in a microtask and only once: aborted from within an event of one of its own
 * streams, libp2p's abort throws half-way.
 */
export function abortConnection(connection: Connection, cause: string): void {
  queueMicrotask(() => {
    if (connection.status === 'aborted' || connection.status === 'reset' || connection.status === 'closed') return;
    try {
      connection.abort(new Error(cause));
    } catch {
      connection.close().catch(() => {});
    }
  });
}
