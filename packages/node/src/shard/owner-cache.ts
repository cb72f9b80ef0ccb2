/**
 * Remembers which owner keys are valid: deciding it costs a point decompression, and most outputs pay a key that has
 * been seen. The first `limit` good keys since it was last full are kept; bad ones never.
 */
export const createOwnerCache = (
  isValid: (owner: Uint8Array) => boolean,
  limit = 100_000,
): ((owner: Uint8Array) => boolean) => {
  const good = new Set<string>();
  return (owner) => {
    const name = Buffer.from(owner.buffer, owner.byteOffset, owner.length).toString('latin1');
    if (good.has(name)) return true;
    if (!isValid(owner)) return false;
    if (good.size >= limit) good.clear();
    good.add(name);
    return true;
  };
};
