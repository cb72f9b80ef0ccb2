import type * as z from 'zod/mini';

/** How many issues one sentence names. */
const SHOWN = 3;

/**
 * The value in a JSON text by a schema. `refuse`, which throws, gets the end of a sentence that says what is wrong, and
 * the error underneath.
 */
export function parseJson<Value>(
  schema: z.ZodMiniType<Value>,
  text: string,
  refuse: (problem: string, cause?: unknown) => never,
): Value {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return refuse('is not JSON', cause);
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : refuse(`is damaged: ${describeIssues(parsed.error.issues)}`, parsed.error);
}

/** What a schema found wrong: the first places and what was wanted there. */
function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  const shown = issues.slice(0, SHOWN).map(({ path, message }) => {
    const place = path.map(String).join('.');
    return place === '' ? message : `${place}: ${message}`;
  });
  const more = issues.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
