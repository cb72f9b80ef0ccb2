import type { RpcClient } from '@ios/client';
import { ClientError } from '@ios/client';
import type { HeadAnswer, StatusAnswer } from '@ios/client/methods';
import type { Hasher } from '@ios/crypto/merkle';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import { createValues, type KnownBlock } from '../shard/values.ts';

/** What is asked of a validator's client. */
export type ValidatorClient = Pick<RpcClient, 'call'>;

/** A validator, by its place in genesis, and whoever asks it. */
export interface Member {
  readonly seat: number;
  readonly client: ValidatorClient;
}

/** What the validators of a shard have shown of their chains. */
export interface Shown {
  /** Blocks from height 1, each as the first validator showed it; the others showed the same bytes. */
  readonly blocks: readonly Uint8Array[];
  /** For each validator, its commit certificates from height 1. */
  readonly certificates: readonly (readonly Uint8Array[])[];
  /** For each validator, the heads that it claimed to have, by height. */
  readonly heads: readonly ReadonlyMap<number, HeadAnswer>[];
}

/** Options of {@link createFollower}. */
export interface FollowerOptions {
  /** The validators of one shard. */
  readonly members: readonly Member[];
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  readonly hasher: Hasher;
  /** Told of each block that a member shows, in order; `k` is its place among the members. */
  readonly onBlock?: (k: number, block: KnownBlock) => void;
}

/** Follows the chain of each validator of a shard. */
export interface Follower {
  readonly members: readonly Member[];
  readonly shown: Shown;
  /** What each validator said of itself last, undefined while it does not answer. */
  readonly statuses: readonly (StatusAnswer | undefined)[];
  /** How far each validator's chain was followed. */
  readonly heights: readonly number[];
  /**
   * Asks every validator once. One that cannot be reached is left out.
   * @throws NodeError `audit` where a validator shows another block or head than before or than another validator, goes
   *   back, or holds evidence of misconduct; `halted` where it has stopped taking part; `rpc-answer` for nonsense.
   */
  poll(): Promise<void>;
}

/** How many blocks of one validator are asked for before its head is looked at again. */
const RUN = 16;

/** What a failed call says of the connection or of the load, and not of the validator's honesty. */
const AWAY = new Set(['rpc-unreachable', 'rpc-refused']);

/** A follower at genesis. */
export const createFollower = ({ members, chain, hasher, onBlock = () => {} }: FollowerOptions): Follower => {
  const values = createValues(chain, hasher);
  const blocks: Uint8Array[] = [];
  const hashes: string[] = [];
  const certificates = members.map((): Uint8Array[] => []);
  const heads = members.map(() => new Map<number, HeadAnswer>());
  const reached = members.map(() => 0);
  const statuses: (StatusAnswer | undefined)[] = members.map(() => undefined);

  const accuse = (k: number, what: string, height: number): never => {
    const { seat } = members[k]!;
    throw new NodeError('audit', `Validator ${seat} ${what}.`, { validator: seat, height });
  };

  /** A block, which is decoded once for all that show the same bytes. */
  const bind = (bytes: Uint8Array, k: number, height: number): KnownBlock => {
    const before = blocks[height - 1];
    const same = before !== undefined && Buffer.compare(before, bytes) === 0;
    return values.decode(same ? before : bytes) ?? accuse(k, `shows a damaged block ${height}`, height);
  };

  /** Takes the next block of validator `k`: everything it holds is compared with what was shown before. */
  const take = async (client: ValidatorClient, k: number): Promise<void> => {
    const at = certificates[k]!.length;
    const height = at + 1;
    const stored = await client.call('getBlock', { height });
    if (stored === null) return accuse(k, `has no block ${height}, which is not above its head`, height);
    const bytes = hexToBytes(stored.bytes);
    const known = bind(bytes, k, height);
    const name = bytesToHex(known.hash);
    if (name !== stored.hash) accuse(k, `names block ${height} otherwise than it hashes`, height);
    if (name !== (heads[k]!.get(height)?.hash ?? name))
      accuse(k, `claimed another block ${height} as its head`, height);
    if (blocks.length === at) {
      blocks.push(bytes);
      hashes.push(name);
    }
    if (hashes[at] !== name) accuse(k, `shows another block ${height} than other validators`, height);
    certificates[k]!.push(hexToBytes(stored.certificate));
    onBlock(k, known);
  };

  /** Takes a head: it is not below the last one, and where it was seen before it is the same. */
  const hold = (k: number, head: HeadAnswer): void => {
    const { height, hash, executionDigest } = head;
    if (height < reached[k]!) accuse(k, `went back from height ${reached[k]} to ${height}`, height);
    reached[k] = height;
    const before = heads[k]!.get(height) ?? head;
    if (before.hash !== hash || before.executionDigest !== executionDigest)
      accuse(k, `claims another head at height ${height} than before`, height);
    if ((hashes[height - 1] ?? hash) !== hash) accuse(k, `claims a head that is not block ${height}`, height);
    heads[k]!.set(height, head);
  };

  const pollOne = async (client: ValidatorClient, k: number): Promise<void> => {
    const [head, status] = await Promise.all([client.call('getHead', {}), client.call('getStatus', {})]);
    statuses[k] = status;
    hold(k, head);
    if (status.halted !== null) {
      const why = status.halted.replace(/\.$/, '');
      const { seat } = members[k]!;
      throw new NodeError('halted', `Validator ${seat} has stopped taking part: ${why}.`, { validator: seat });
    }
    if (status.evidence > 0) accuse(k, `holds ${status.evidence} proofs of misconduct`, head.height);
    for (let i = 0; i < RUN && certificates[k]!.length < head.height; i++) await take(client, k);
  };

  return {
    members,
    shown: { blocks, certificates, heads },
    statuses,
    get heights() {
      return certificates.map(({ length }) => length);
    },
    async poll() {
      await Promise.all(
        members.map(({ client }, k) =>
          pollOne(client, k).catch((cause: unknown) => {
            if (!(cause instanceof ClientError && AWAY.has(cause.code))) throw cause;
            statuses[k] = undefined;
          }),
        ),
      );
    },
  };
};
