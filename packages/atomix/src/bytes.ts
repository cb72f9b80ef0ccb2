/** True if both byte arrays hold the same bytes; not constant time, meant for public data. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A few bytes as a string of as many characters U+0000..U+00FF: a key for maps, in the order of the bytes. */
export const bytesKey = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
