const PRIME = 16_777_619;
const OFFSET = -2_128_831_035;

const mix = (hash: number, word: number): number => Math.imul(hash ^ word, PRIME);

const text = (hash: number, value: string): number => {
  let out = mix(hash, value.length);
  for (let at = 0; at < value.length; at++) out = mix(out, value.charCodeAt(at));
  return out;
};

/** FNV-1a over `bytes`, a 32-bit number for traces: it tells two runs apart by accident, never against an adversary. */
export const fingerprintBytes = (bytes: Uint8Array): number => {
  let hash = OFFSET;
  for (let at = 0; at < bytes.length; at++) hash = mix(hash, bytes[at]!);
  return hash >>> 0;
};

const walk = (hash: number, value: unknown, depth: number): number => {
  if (typeof value !== 'object' || value === null) return text(mix(hash, 1), `${typeof value} ${String(value)}`);
  if (depth === 0) return mix(hash, 2);
  if (value instanceof Uint8Array) return mix(mix(hash, 3), fingerprintBytes(value));
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) {
    let out = mix(hash, 4);
    for (const item of value) out = walk(out, item, depth - 1);
    return mix(out, 5);
  }
  let out = mix(hash, 6);
  for (const key of Object.keys(value).sort())
    out = walk(text(out, key), (value as Record<string, unknown>)[key], depth - 1);
  return mix(out, 7);
};

/**
 * The same for any plain value: records by sorted keys, lists, maps and sets in their order, byte arrays by content,
 * eight levels deep.
 */
export const fingerprint = (value: unknown): number => walk(OFFSET, value, 8) >>> 0;
