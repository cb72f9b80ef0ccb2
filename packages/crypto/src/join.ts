/** The concatenation of any number of byte strings. A long list must not be spread into a call: that fills the stack. */
export const join = (list: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(list.reduce((length, bytes) => length + bytes.length, 0));
  let offset = 0;
  for (const bytes of list) {
    joined.set(bytes, offset);
    offset += bytes.length;
  }
  return joined;
};
