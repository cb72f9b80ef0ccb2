import {
  createAtomixOverlay,
  cursorLeaves,
  executeEntry,
  joinViews,
  type Leaf,
  outboxOf,
  outboxRoot,
  type ShardContext,
} from '@ios/atomix';
import { decodeMessage } from '@ios/bft';
import { decodeShare, encodeMessage, type Message, type Proposal, proposalBytes } from '@ios/bft/testing';
import { encodeShardEntry } from '@ios/client/epochs';
import { assembleBlock, encodeBlock } from '@ios/ledger';
import type { Rng } from '@ios/simulator';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { nodeHasher } from '../src/hasher.ts';
import type { ShardLayout } from '../src/layout.ts';
import type { Network } from '../src/network/network.ts';
import { NO_STEP_ENTRY } from '../src/shard/committee.ts';
import { createValues, type KnownBlock, type Values } from '../src/shard/values.ts';
import { SHARD_PROTOCOL } from './atomix-cheats.ts';
import { type Falsehood, LIES, type Lie, type Sight, WAYS } from './atomix-lies.ts';

/** What a leader that lies works with. */
export interface Lying extends Pick<Sight, 'lore' | 'sharded'> {
  readonly rng: Rng;
  readonly layout: ShardLayout;
  /** By its identity key. */
  sign(message: Uint8Array): Uint8Array;
  /** It proposes a false block, or two of which each would be right. */
  onLie(lie: Lie | 'two blocks', height: number, proposer: number): void;
  /** A validator endorses a false block. */
  onBelieved(lie: Lie, peer: string): void;
}

/** A value and its proposal, as messages. */
type Telling = readonly [Uint8Array, Uint8Array];

/** How often it proposes what is right, and how often, when it does not, a lie for which it needs nothing will do. */
const HONEST = 0.2;
const CHEAP = 0.25;

/**
 * The network of a validator that proposes false blocks under its own signature where its node would propose right ones, or
 * tells one half of its shard of one block and the other of another. Of what it tells, it tells the rarest first.
 */
export const lying = (network: Network, options: Lying): Network => {
  const { layout, lore, rng, sharded } = options;
  const { shard, scope, committee } = layout;
  const values = createValues(scope.chain, nodeHasher);
  const self = committee.findIndex(({ peer }) => peer === network.self);
  /** Blocks of its node, by their hashes in hex, and which of them it has shown. */
  const own = new Map<string, KnownBlock>();
  const shown = new Set<string>();
  /** What it tells in place of its node, by height and view: to each other member in turn. */
  const tellings = new Map<string, readonly (readonly Telling[])[]>();
  const told = new Map<Lie, number>();
  /** Its false blocks by their hashes in hex. */
  const falsehoods = new Map<string, Lie>();

  const tell = ({ bytes: value, hash: digest, block }: KnownBlock, proposal: Proposal): Telling => {
    const { height, view } = proposal;
    const context = { epoch: block.header.epoch, stepEntry: NO_STEP_ENTRY, committee };
    const signature = options.sign(proposalBytes(scope, context, height, view, digest));
    return [
      frame({ TAG: 'value', data: { value } }),
      frame({ TAG: 'proposal', data: { ...proposal, digest, signature } }),
    ];
  };

  /** A false block that its shard has not been told of, of the kind that it has told least often. */
  const invent = (sight: Sight): { readonly lie: Lie; readonly known: KnownBlock } | undefined => {
    const count = (lie: Lie): number => told.get(lie) ?? 0;
    const lies = rng.chance(CHEAP) ? LIES : LIES.filter((lie) => WAYS[lie].needs);
    for (const lie of rng.shuffle(lies).sort((a, b) => count(a) - count(b))) {
      const falsehood = WAYS[lie].make(sight);
      const known = falsehood && assemble(sight, falsehood, values);
      if (known !== undefined) return { lie, known };
    }
    return undefined;
  };

  /** What it tells where its node proposes a block: to each other member in turn. */
  const decide = (honest: KnownBlock, proposal: Proposal): readonly (readonly Telling[])[] => {
    const { header } = honest.block;
    const right = tell(honest, proposal);
    if (rng.chance(HONEST) || lore.shards[shard]!.height !== header.height - 1) return asItIs(honest, right);
    const sight: Sight = { honest, shard, sharded, lore };
    const other = rng.chance(0.2) ? assemble(sight, emptied(honest), values) : undefined;
    if (other !== undefined && bytesToHex(other.hash) !== bytesToHex(honest.hash)) {
      options.onLie('two blocks', header.height, self);
      shown.add(bytesToHex(honest.hash));
      const wrong = tell(other, proposal);
      return [[right], [wrong], [right, wrong]];
    }
    const invented = invent(sight);
    if (invented === undefined) return asItIs(honest, right);
    const { lie, known } = invented;
    told.set(lie, (told.get(lie) ?? 0) + 1);
    falsehoods.set(bytesToHex(known.hash), lie);
    options.onLie(lie, header.height, self);
    return [[tell(known, proposal)]];
  };

  const asItIs = ({ hash }: KnownBlock, right: Telling): readonly (readonly Telling[])[] => {
    shown.add(bytesToHex(hash));
    return [[right]];
  };

  /** What it sends to a peer instead of what its node says; undefined for that itself. */
  const instead = (peer: string, message: Message | undefined): readonly Uint8Array[] | undefined => {
    if (message?.TAG === 'value') {
      const known = values.decode(message.data.value.slice());
      if (known?.block.header.proposer !== self) return undefined;
      const name = bytesToHex(known.hash);
      own.set(name, known);
      // The first time it goes with the proposal, or not at all.
      return shown.has(name) ? undefined : [];
    }
    if (message?.TAG !== 'proposal' || message.data.proof !== undefined) return undefined;
    const proposal = message.data;
    const honest = own.get(bytesToHex(proposal.digest));
    if (honest === undefined) return undefined;
    const slot = `${proposal.height}/${proposal.view}`;
    const known = tellings.get(slot) ?? decide(honest, proposal);
    tellings.set(slot, known);
    const place = committee.filter((_, i) => i !== self).findIndex((member) => member.peer === peer);
    return known[place % known.length]!.flat();
  };

  return {
    ...network,
    start: (handler) =>
      network.start({
        ...handler,
        message(peer, protocol, bytes) {
          const share = protocol === SHARD_PROTOCOL && bytes[0] === SHARE ? decodeShare(bytes.subarray(1)) : undefined;
          const lie = share && falsehoods.get(bytesToHex(share.digest));
          if (lie !== undefined) options.onBelieved(lie, peer);
          handler.message(peer, protocol, bytes);
        },
      }),
    send(peer, protocol, bytes) {
      const message = protocol === SHARD_PROTOCOL && bytes[0] === ENGINE ? decodeMessage(bytes.subarray(1)) : undefined;
      let sent = true;
      for (const said of instead(peer, message) ?? [bytes]) sent = network.send(peer, protocol, said);
      return sent;
    },
  };
};

/** First bytes of a replica's messages: of the engine's, and of endorsements. */
const ENGINE = 0;
const SHARE = 1;

const frame = (message: Message): Uint8Array => concatBytes(Uint8Array.of(ENGINE), encodeMessage(message));

/** The block without anything that it need not have. */
const emptied = ({ entries }: KnownBlock): Falsehood => ({
  transactions: [],
  entries: entries.map(({ entry }) => entry).filter(({ kind }) => kind !== 'atomix'),
});

/** A block in place of the honest one, its outbox as these rules have it; undefined where it would not even be decoded. */
const assemble = (
  { honest, shard, sharded, lore }: Sight,
  { transactions, entries, rules, bend = (header) => header }: Falsehood,
  values: Values,
): KnownBlock | undefined => {
  const { header, certificate } = honest.block;
  const encoded = entries.map(encodeShardEntry);
  const draft = assembleBlock(header, certificate, transactions, nodeHasher, encoded);
  const known = values.decode(encodeBlock(draft));
  if (known === undefined) return undefined;
  const { outputs, held } = lore.shards[shard]!;
  const { genesis, place } = sharded;
  const context: ShardContext = {
    chain: header.chain,
    epoch: header.epoch,
    shard,
    height: header.height,
    place,
    lockFee: genesis.policy.lockFee,
    hasher: nodeHasher,
    ...(rules !== undefined && { rules }),
  };
  const overlay = createAtomixOverlay(joinViews(outputs, held), (owner) => place(owner) === shard);
  const leaves: Leaf[] = [];
  for (const entry of [
    ...known.entries.flatMap(({ verified }) => verified ?? []),
    ...transactions.map(({ body }) => ({ kind: 'transaction' as const, body })),
  ]) {
    const executed = executeEntry(overlay, entry, context);
    if (executed.valid) leaves.push(...executed.leaves);
  }
  const root = outboxRoot(outboxOf([...leaves, ...cursorLeaves(overlay)]), nodeHasher);
  const { transactionRoot, entryRoot, parentCertificate, ...position } = bend({ ...draft.header, outboxRoot: root });
  return values.decode(encodeBlock(assembleBlock(position, certificate, transactions, nodeHasher, encoded)));
};
