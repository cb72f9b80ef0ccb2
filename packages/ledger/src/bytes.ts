/** True if both byte arrays hold the same bytes; not constant time, meant for public data. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** At most some thousand bytes as a string of as many characters U+0000..U+00FF: a key for maps, in the bytes' order. */
export const bytesKey = (bytes: Uint8Array): string => String.fromCharCode.apply(null, bytes as unknown as number[]);

/** The bytes behind a map key. */
export const keyBytes = (key: string): Uint8Array => Uint8Array.from(key, (character) => character.charCodeAt(0));
