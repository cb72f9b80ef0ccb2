import { randomUUID } from 'node:crypto';

/** A request's id: the header `x-request-id` of 1..64 harmless characters, else one of our own. */
export function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(header) ? header : randomUUID();
}
