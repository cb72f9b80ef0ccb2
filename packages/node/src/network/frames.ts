/** A stream is a sequence of frames: the length as a big-endian u32, then as many bytes. */
const HEAD = 4;
/** First allocation for a message, in bytes. */
const FIRST_ROOM = 1 << 14;

/** The frame of a message, in an array of its own. */
export function encodeFrame(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEAD + message.length);
  new DataView(frame.buffer).setUint32(0, message.length);
  frame.set(message, HEAD);
  return frame;
}

/** Puts messages together from the chunks of a stream. */
export interface FrameReader {
  /**
   * Takes the next chunk and returns the messages that it completes, each in an array of its own, or false if a length
   * exceeds the bound: the stream is then worth nothing, for where the next frame begins is unknown.
   */
  push(chunk: Uint8Array): Uint8Array[] | false;
}

/**
 * A reader of messages of up to `maxBytes`. The length is checked before anything is allocated, and room is made as the
 * bytes come in, so that a length alone costs the receiver at most 16 KiB, and tiny chunks cost no more than large ones.
 */
export function createFrameReader(maxBytes: number): FrameReader {
  const head = new Uint8Array(HEAD);
  const headView = new DataView(head.buffer);
  let headFilled = 0;
  let body = new Uint8Array(0);
  let bodyFilled = 0;
  let length = 0;

  const makeRoom = (wanted: number): void => {
    if (wanted <= body.length) return;
    const grown = new Uint8Array(Math.min(length, Math.max(wanted, 2 * body.length, FIRST_ROOM)));
    grown.set(body.subarray(0, bodyFilled));
    body = grown;
  };

  return {
    push(chunk) {
      const messages: Uint8Array[] = [];
      for (let at = 0; at < chunk.length; ) {
        if (headFilled < HEAD) {
          const taken = chunk.subarray(at, at + HEAD - headFilled);
          head.set(taken, headFilled);
          headFilled += taken.length;
          at += taken.length;
          if (headFilled < HEAD) break;
          length = headView.getUint32(0);
          if (length > maxBytes) return false;
        } else {
          const taken = chunk.subarray(at, at + length - bodyFilled);
          makeRoom(bodyFilled + taken.length);
          body.set(taken, bodyFilled);
          bodyFilled += taken.length;
          at += taken.length;
        }
        if (bodyFilled === length) {
          messages.push(body);
          body = new Uint8Array(0);
          bodyFilled = 0;
          headFilled = 0;
        }
      }
      return messages;
    },
  };
}
