import { entryMessage } from '../entry.ts';
import type { SignatureClaim } from '../host.ts';
import { refusalStatement } from '../statements.ts';
import type { Draft, Item, Session } from './state.ts';

/** Has items verified in one batch, but those that are under verification already: one of a kind, cosigner and sender at a time. */
export const check = (draft: Draft, session: Session, from: number, items: readonly Item[]): void => {
  const busy = new Set<string>();
  for (const waiting of draft.waiting.values())
    if (waiting.for === 'items' && waiting.from === from && waiting.name === session.name)
      for (const item of waiting.items) busy.add(nameOf(item));
  const free = items.filter((item) => !busy.has(nameOf(item)));
  if (free.length > 0) verify(draft, session, from, free);
};

/** Has the items of a batch that failed verified one by one. */
export const checkEach = (draft: Draft, session: Session, from: number, items: readonly Item[]): void => {
  for (const item of items) verify(draft, session, from, [item]);
};

const nameOf = (item: Item): string => {
  if (item.of === 'entry') return `entry ${item.entry.index}`;
  return item.of === 'response' ? `response ${item.attempt} ${item.response.index}` : 'refusal';
};

const verify = (draft: Draft, session: Session, from: number, items: readonly Item[]): void => {
  const id = `verify/${draft.nextId++}`;
  draft.waiting.set(id, { for: 'items', name: session.name, from, items });
  const statement = { signatures: items.map((item) => claimOf(draft, session, from, item)) };
  draft.effects.push({ type: 'verify', id, peer: draft.config.peers[from]!, statement });
};

const claimOf = (draft: Draft, { session, message }: Session, from: number, item: Item): SignatureClaim => {
  const { cosigners } = draft.config.roster;
  if (item.of === 'entry') {
    const { entry, serial } = item;
    const signed = entryMessage(session, serial, entry);
    return { publicKey: cosigners[entry.index]!.identity, message: signed, signature: entry.signature };
  }
  if (item.of === 'response') {
    const { index, endorsement } = item.response;
    return { publicKey: cosigners[index]!.identity, message, signature: endorsement };
  }
  const { reason, signature } = item;
  return { publicKey: cosigners[from]!.identity, message: refusalStatement(session, reason), signature };
};
