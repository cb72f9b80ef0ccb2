/** Names under which secrets lie, however they are written: `masterSeed`, `private_key`, `Authorization`. */
const SECRET = /passw|passphrase|seed|master|secret|mnemonic|private[-_]?key|authorization|cookie|token/i;

/** What is named so is where a secret lies, not the secret. */
const PLACE = /(file|path)$/i;

/** How deep facts may lie; what lies deeper is left out. */
const MAX_DEPTH = 8;

/**
 * The facts of a record for a log: at any depth, what lies under the name of a secret is `[redacted]`, bytes are told by
 * their number alone, and what lies deeper than eight levels, or within itself, is `[too deep]`.
 */
export const redact = (facts: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      SECRET.test(name) && !PLACE.test(name) ? '[redacted]' : redactValue(value, depth + 1),
    ]),
  );

const redactValue = (value: unknown, depth: number): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth === MAX_DEPTH) return '[too deep]';
  if (value instanceof Error) return value.stack ?? value.message;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  return redact(value as Record<string, unknown>, depth);
};
