import type { Hasher } from '@ios/crypto/merkle';
import { bindBlock, transactionId } from '@ios/ledger';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import type { RpcClient } from '../rpc/client.ts';

/** What the validators have shown of their chains. */
export interface Shown {
  /** Blocks from height 1, each as the first validator showed it. */
  readonly blocks: readonly Uint8Array[];
  /** For each validator, its commit certificates from height 1. */
  readonly certificates: readonly (readonly Uint8Array[])[];
  /** For each validator, the execution digests in hex that it claimed to have come to, by height. */
  readonly digests: readonly ReadonlyMap<number, string>[];
}

/** Follows the chain of each validator. */
export interface Follower {
  readonly shown: Shown;
  /** Head of each validator, undefined while it does not answer. */
  readonly heads: readonly (number | undefined)[];
  /** How far each validator's chain was followed. */
  readonly heights: readonly number[];
  /** Asks every validator once. @throws NodeError `audit` where two validators show different blocks at one height. */
  poll(): Promise<void>;
}

/** How many blocks of one validator are asked for before its head is looked at again. */
const RUN = 16;

/** A follower at genesis; `onFinal` is told which transactions one validator shows final, by id in hex. */
export const createFollower = (
  clients: readonly RpcClient[],
  hasher: Hasher,
  onFinal: (validator: number, height: number, names: readonly string[]) => void,
): Follower => {
  const blocks: Uint8Array[] = [];
  const hashes: string[] = [];
  const names: string[][] = [];
  const certificates = clients.map((): Uint8Array[] => []);
  const digests = clients.map(() => new Map<number, string>());
  const heads: (number | undefined)[] = clients.map(() => undefined);

  /** Takes the next block of validator `k`: everything it holds is compared with what the others showed. */
  const take = async (client: RpcClient, k: number): Promise<void> => {
    const at = certificates[k]!.length;
    const height = at + 1;
    const stored = await client.call('getBlock', { height });
    if (stored === null)
      throw new NodeError('audit', `validator ${k} has no block ${height} below its head`, { height });
    const bytes = hexToBytes(stored.bytes);
    const { block, hash } = bindBlock(bytes, hasher);
    const name = bytesToHex(hash);
    if (name !== stored.hash)
      throw new NodeError('audit', `validator ${k} names block ${height} otherwise than it hashes`, { height });
    if (blocks.length === at) {
      blocks.push(bytes);
      hashes.push(name);
      names.push(block.transactions.map(({ body }) => bytesToHex(transactionId(body, hasher))));
    }
    if (hashes[at] !== name)
      throw new NodeError('audit', `validator ${k} shows another block at height ${height}`, { height });
    certificates[k]!.push(hexToBytes(stored.certificate));
    onFinal(k, height, names[at]!);
  };

  const pollOne = async (client: RpcClient, k: number): Promise<void> => {
    const head = await client.call('getHead', {});
    heads[k] = head.height;
    digests[k]!.set(head.height, head.executionDigest);
    for (let i = 0; i < RUN && certificates[k]!.length < head.height; i++) await take(client, k);
  };

  return {
    shown: { blocks, certificates, digests },
    heads,
    get heights() {
      return certificates.map(({ length }) => length);
    },
    async poll() {
      await Promise.all(
        clients.map((client, k) =>
          pollOne(client, k).catch((cause: unknown) => {
            if (cause instanceof NodeError && cause.code === 'audit') throw cause;
            heads[k] = undefined;
          }),
        ),
      );
    },
  };
};
