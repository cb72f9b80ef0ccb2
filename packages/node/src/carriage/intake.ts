import {
  AtomixError,
  type CertifiedHeader,
  decodeLeaf,
  decodeShardProof,
  HELD_TABLE,
  type Leaf,
  type ShardProof,
  verifyShardProof,
} from '@ios/atomix';
import type { Hasher } from '@ios/crypto/merkle';
import type { CarriedChain } from './chain.ts';
import type { Headers, VerifiedHeader } from './headers.ts';
import type { Needs } from './needs.ts';
import type { Queues } from './queues.ts';
import type { Bundle, Run } from './wire.ts';

/** What an intake works with. */
export interface IntakeOptions {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  readonly shard: number;
  readonly headers: Headers;
  readonly needs: Needs;
  readonly queues: Queues;
  readonly hasher: Hasher;
  readonly steps: CarriedChain['steps'];
  /** Credits or a cursor of a shard were news; `asked` if a peer sent them to this node alone. */
  onQueue(shard: number, asked: boolean): void;
}

/** Takes what peers say that other shards have shown. Whatever it is, nothing is thrown because of it. */
export interface Intake {
  /** Resolves once all of it is verified and kept, or dropped. `asked` if it came to this node alone. */
  bundle(bundle: Bundle, payer: string, asked: boolean): Promise<void>;
  /** The same for the encoded proof of something in, or not in, a state. */
  state(bytes: Uint8Array, payer: string): Promise<void>;
}

/**
 * 1. What nobody needs here is dropped at the price of decoding it: leaves of this shard, of transactions that are decided,
 *    of credits that are applied, of what was shown before.
 * 2. Of the rest, the header is verified once, at the expense of the sender.
 * 3. Each run that is still needed then is verified by its path, and kept as a copy: no message is kept alive.
 */
export const createIntake = (options: IntakeOptions): Intake => {
  const { chain, shard, headers, needs, queues, hasher } = options;

  /** What a header says, and how it comes to be verified; undefined for one that is of no use here, verified or not. */
  const look = ({ header, certificate }: CertifiedHeader, payer: string) => {
    const known = headers.known(header);
    const claim = known === undefined ? headers.claim(header, certificate) : undefined;
    const final = (known ?? claim)?.final;
    if (final === undefined || final.shard === shard || Buffer.compare(final.chain, chain) !== 0) return undefined;
    const verify = async (): Promise<VerifiedHeader | undefined> =>
      known ?? (claim && (await headers.verify(header, certificate, claim, payer)));
    return { from: final.shard, verify };
  };

  /** Whether a run would be news; for transactions without a record, only where no block here has dealt with them. */
  const isNews = async (from: number, { leaves }: Run): Promise<boolean> => {
    const first = leafOf(leaves[0]!);
    if (first === undefined) return false;
    if (first.type === 'credit') return first.receiver === shard && queues.isNews(from, first.number, leaves.length);
    if (leaves.length > 1) return false;
    if (first.type === 'cursor') return first.carrier === shard && queues.isProgress(from, first.next);
    if (!needs.isNews({ ...first, shard: from })) return false;
    return needs.need(first.id) !== undefined || (await options.steps(first.id)).length === 0;
  };

  const keep = (proof: ShardProof, header: VerifiedHeader, asked: boolean): void => {
    const evidence = verifyShardProof(proof, { chain, verifyHeader: () => header.final, hasher });
    if (evidence === undefined) return;
    switch (evidence.type) {
      case 'credits':
        if (evidence.receiver === shard && queues.show({ proof, evidence })) options.onQueue(evidence.shard, asked);
        return;
      case 'cursor':
        if (evidence.carrier === shard && queues.showCursor({ proof, evidence }))
          options.onQueue(evidence.shard, asked);
        return;
      default:
        needs.show({ proof, evidence });
    }
  };

  return {
    async bundle(bundle, payer, asked) {
      const looked = look(bundle, payer);
      if (looked === undefined) return;
      const news: Run[] = [];
      for (const run of bundle.runs) if (await isNews(looked.from, run)) news.push(run);
      const header = news.length === 0 ? undefined : await looked.verify();
      if (header === undefined) return;
      const { size } = bundle;
      for (const { index, leaves, path } of news) {
        const run = { size, index, leaves: leaves.map(copy), path: path.map(copy) };
        keep({ form: 'outbox', header: header.header, certificate: header.certificate, ...run }, header, asked);
      }
    },
    async state(bytes, payer) {
      const proof = proofOf(bytes);
      if (proof?.form !== 'state' || proof.table !== HELD_TABLE || proof.key.length !== 32) return;
      const looked = look(proof, payer);
      if (looked === undefined || needs.need(proof.key)?.lacking.includes(looked.from) !== true) return;
      const header = await looked.verify();
      if (header === undefined) return;
      keep({ ...proof, header: header.header, certificate: header.certificate }, header, true);
    },
  };
};

const copy = (bytes: Uint8Array): Uint8Array => bytes.slice();

const leafOf = (bytes: Uint8Array): Leaf | undefined => orUndefined(() => decodeLeaf(bytes));

/** Decoded from a copy: what of it is kept keeps no message alive. */
const proofOf = (bytes: Uint8Array): ShardProof | undefined => orUndefined(() => decodeShardProof(bytes));

function orUndefined<Value>(decode: () => Value): Value | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof AtomixError) return undefined;
    throw error;
  }
}
