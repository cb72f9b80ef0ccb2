import { NodeError, type NodeErrorCode } from '../errors.ts';

/** A cursor over Bitcoin's serialisation: every read is bounded, and a length is checked before anything is made of it. */
export interface BitcoinReader {
  /** Bytes read so far. */
  offset(): number;
  /** The next `length` bytes, as a view of the input. */
  take(length: number): Uint8Array;
  /** The bytes between two offsets already read, as a view of the input. */
  between(start: number, end: number): Uint8Array;
  /** The next byte, without reading it. */
  peek(): number;
  /** u32, little-endian. */
  u32(): number;
  /** A number of atoms: u64, little-endian, at most 21 million BTC. */
  value(): bigint;
  /** A CompactSize, that many bytes. */
  bytes(): Uint8Array;
  /** A CompactSize that counts items of at least `minimum` bytes each: refused when they cannot fit in what is left. */
  count(minimum: number): number;
  /** Throws unless everything was read. */
  end(): void;
  /** The error to throw for what was read last: names the subject and the offset. */
  error(message: string, facts?: Readonly<Record<string, string | number | bigint>>): NodeError;
}

/** The most satoshi that can exist, Bitcoin's `MAX_MONEY`: 21 million BTC. */
export const MAX_SATOSHI = 2_100_000_000_000_000n;

/** A reader over `input` that throws `NodeError` with `code`, its messages beginning with `subject`. */
export const bitcoinReader = (input: Uint8Array, code: NodeErrorCode, subject: string): BitcoinReader => {
  const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;

  const error: BitcoinReader['error'] = (message, facts = {}) =>
    new NodeError(code, `${subject}: ${message} (at byte ${offset} of ${bytes.length})`, {
      offset,
      length: bytes.length,
      ...facts,
    });

  /** Moves past `length` bytes and returns where they start. */
  const advance = (length: number): number => {
    if (length > bytes.length - offset) throw error('truncated', { needed: length });
    offset += length;
    return offset - length;
  };

  const take = (length: number): Uint8Array => {
    const start = advance(length);
    return bytes.subarray(start, start + length);
  };

  /** CompactSize: one byte, or 0xfd, 0xfe, 0xff and 2, 4, 8 bytes little-endian; the shortest form only. */
  const compactSize = (): number => {
    const first = view.getUint8(advance(1));
    if (first < 0xfd) return first;
    if (first === 0xff) throw error('CompactSize over 32 bits');
    const size = first === 0xfd ? view.getUint16(advance(2), true) : view.getUint32(advance(4), true);
    if (size < (first === 0xfd ? 0xfd : 0x10000)) throw error('CompactSize is not in its shortest form', { size });
    return size;
  };

  return {
    offset: () => offset,
    take,
    between: (start, end) => bytes.subarray(start, end),
    peek: () => {
      if (offset === bytes.length) throw error('truncated', { needed: 1 });
      return view.getUint8(offset);
    },
    u32: () => view.getUint32(advance(4), true),
    value: () => {
      const value = view.getBigUint64(advance(8), true);
      if (value > MAX_SATOSHI) throw error('value over 21 million BTC', { value });
      return value;
    },
    bytes: () => take(compactSize()),
    count: (minimum) => {
      const count = compactSize();
      if (count * minimum > bytes.length - offset) throw error('more items are announced than fit', { count, minimum });
      return count;
    },
    end: () => {
      if (offset !== bytes.length) throw error('trailing bytes', { trailing: bytes.length - offset });
    },
    error,
  };
};
