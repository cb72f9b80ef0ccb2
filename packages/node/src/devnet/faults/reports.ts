import { z } from 'zod';
import type { FaultEvent } from './conduct.ts';

const whole = z.int().min(0);
const faultEvent: z.ZodType<FaultEvent> = z.discriminatedUnion('event', [
  z.object({ event: z.literal('leads'), epoch: whole, view: whole }),
  z.object({ event: z.literal('proposes'), epoch: whole, height: whole, view: whole }),
  z.object({ event: z.literal('fault'), epoch: whole }),
  z.object({ event: z.literal('reveals'), epoch: whole }),
  z.object({ event: z.literal('named'), seat: whole, kind: z.string() }),
]);

/** What a validator tells of itself in a line that it prints, undefined for other lines. */
export const parseReport = (line: string): FaultEvent | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return faultEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};
