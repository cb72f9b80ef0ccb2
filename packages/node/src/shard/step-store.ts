import { QUEUE_TABLE } from '@ios/atomix';
import type { Delta } from '@ios/ledger';
import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { Store, Write } from '../store/store.ts';
import { damaged, decoded } from './damaged.ts';
import { STEP_KINDS, type Step, type StepKind, type StoredStep } from './steps.ts';

/** What was done about each transaction; the outbox of each block that has one; the blocks that queued the credits of queues. */
const STEPS = Uint8Array.of(5);
const OUTBOXES = Uint8Array.of(18);
const CREDITS = Uint8Array.of(19);

const u32 = P.U32BE;
const place = P.struct({ height: u32, index: P.U16BE });
const outbox = P.array(u32, P.bytes(P.U8));
const stepKey = (id: Uint8Array, kind: StepKind): Uint8Array =>
  concatBytes(STEPS, id, Uint8Array.of(STEP_KINDS.indexOf(kind)));
const outboxKey = (height: number): Uint8Array => concatBytes(OUTBOXES, u32.encode(height));

/** What the execution of a block leaves behind beside the state. */
export const stepWrites = (
  height: number,
  executed: { readonly steps: readonly Step[]; readonly outbox: readonly Uint8Array[]; readonly delta: Delta },
): Write[] => [
  ...executed.steps.map(({ id, kind, index }) => ({ key: stepKey(id, kind), value: place.encode({ height, index }) })),
  ...(executed.outbox.length === 0 ? [] : [{ key: outboxKey(height), value: outbox.encode([...executed.outbox]) }]),
  ...executed.delta
    .filter(({ table }) => table === QUEUE_TABLE)
    .map(({ key, new: credit }) => {
      const queued = concatBytes(CREDITS, key);
      return credit === undefined ? { key: queued } : { key: queued, value: u32.encode(height) };
    }),
];

/** What was done about a transaction (id, 32 bytes) here, in the order in which it can happen. */
export const loadSteps = async (store: Store, id: Uint8Array): Promise<StoredStep[]> => {
  const steps: StoredStep[] = [];
  const [gte, lt] = [concatBytes(STEPS, id), concatBytes(STEPS, id, Uint8Array.of(255))];
  for await (const [key, value] of store.range({ gte, lt })) {
    const kind = STEP_KINDS[key[key.length - 1]!];
    if (kind === undefined) throw damaged();
    steps.push({ kind, ...decoded(() => place.decode(value)) });
  }
  return steps;
};

/** The outbox of the block at a height: none for a block that says nothing to others. */
export const loadOutbox = async (store: Store, height: number): Promise<readonly Uint8Array[]> => {
  const found = await store.get(outboxKey(height));
  return found === undefined ? [] : decoded(() => outbox.decode(found));
};

/** The height of the block that queued a credit which is still in its queue. */
export const loadCreditHeight = async (store: Store, queueKey: Uint8Array): Promise<number | undefined> => {
  const found = await store.get(concatBytes(CREDITS, queueKey));
  return found === undefined ? undefined : decoded(() => u32.decode(found));
};
