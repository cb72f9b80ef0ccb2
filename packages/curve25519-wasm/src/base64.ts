const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The bytes of padded base64 that this package wrote itself. */
export const decodeBase64 = (text: string): Uint8Array<ArrayBuffer> => {
  const value = new Uint8Array(128);
  for (let i = 0; i < 64; i++) value[ALPHABET.charCodeAt(i)] = i;
  const length = (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  const bytes = new Uint8Array(length);
  for (let i = 0, o = 0; i < text.length; i += 4, o += 3) {
    const at = (k: number): number => value[text.charCodeAt(i + k)]!;
    const word = (at(0) << 18) | (at(1) << 12) | (at(2) << 6) | at(3);
    bytes[o] = word >> 16;
    if (o + 1 < length) bytes[o + 1] = word >> 8;
    if (o + 2 < length) bytes[o + 2] = word;
  }
  return bytes;
};
