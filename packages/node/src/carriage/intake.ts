import {
  AtomixError,
  type CertifiedHeader,
  decodeLeaf,
  decodeShardProof,
  type Evidence,
  type FinalHeader,
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
 * 1. What nobody needs here is dropped at the price of decoding it: leaves of this shard, of credits that are applied, of
 *    what was shown before.
 * 2. Each run of the rest is verified by its path under the header as it stands, before the store is asked whether a
 *    transaction is decided: what does not hold together costs hashes alone.
 * 3. The header is verified once, at the expense of the sender.
 * 4. What is still needed then is kept as a copy: no message is kept alive.
 */
export const createIntake = (options: IntakeOptions): Intake => {
  const { chain, shard, headers, needs, queues, hasher } = options;

  /** What a header says, and how it comes to be verified; undefined for one that is of no use here, verified or not. */
  const look = ({ header, certificate }: CertifiedHeader, payer: string) => {
    const known = headers.known(header);
    const claim = known === undefined ? headers.claim(header, certificate) : undefined;
    const final = (known ?? claim)?.final;
    if (final === undefined || final.shard === shard) return undefined;
    const verify = async (): Promise<VerifiedHeader | undefined> =>
      known ?? (claim && (await headers.verify(header, certificate, claim, payer)));
    return { final, verify };
  };

  /** Whether a run would be news, if it holds. */
  const isNews = (from: number, { leaves }: Run): boolean => {
    const first = leafOf(leaves[0]!);
    if (first === undefined) return false;
    if (first.type === 'credit') return first.receiver === shard && queues.isNews(from, first.number, leaves.length);
    if (leaves.length > 1) return false;
    if (first.type === 'cursor') return first.carrier === shard && queues.isProgress(from, first.next);
    return needs.isNews({ ...first, shard: from });
  };

  /** What a proof shows if its header is final. */
  const shownBy = (proof: ShardProof, final: FinalHeader): Evidence | undefined =>
    verifyShardProof(proof, { chain, verifyHeader: () => final, hasher });

  /** Whether it is of use here: about transactions without a record, only where no block here has dealt with them. */
  const isOpen = async (evidence: Evidence): Promise<boolean> =>
    !('id' in evidence) || needs.need(evidence.id) !== undefined || (await options.steps(evidence.id)).length === 0;

  const keep = (proof: ShardProof, evidence: Evidence, asked: boolean): void => {
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
      const { final } = looked;
      const { size } = bundle;
      const news: { readonly run: Run; readonly evidence: Evidence }[] = [];
      for (const run of bundle.runs) {
        if (!isNews(final.shard, run)) continue;
        const { header, certificate } = bundle;
        const evidence = shownBy({ form: 'outbox', header, certificate, size, ...run }, final);
        if (evidence !== undefined && (await isOpen(evidence))) news.push({ run, evidence });
      }
      const verified = news.length === 0 ? undefined : await looked.verify();
      if (verified === undefined) return;
      const { header, certificate } = verified;
      for (const { run, evidence } of news) {
        const { index } = run;
        const [leaves, path] = [run.leaves.map(copy), run.path.map(copy)];
        keep({ form: 'outbox', header, certificate, size, index, leaves, path }, evidence, asked);
      }
    },
    async state(bytes, payer) {
      const proof = proofOf(bytes);
      // A record that is there is shown by a leaf as well, which is short; with a record in it a proof may fit into no block.
      if (proof?.form !== 'state' || proof.table !== HELD_TABLE || proof.value !== undefined) return;
      const looked = look(proof, payer);
      if (looked === undefined) return;
      const { shard: from, epoch } = looked.final;
      const waits = (needs.need(proof.key)?.lacking.length ?? 0) > 0;
      if (!waits || !needs.isNews({ type: 'absent', shard: from, epoch, id: proof.key })) return;
      const evidence = shownBy(proof, looked.final);
      const verified = evidence && (await looked.verify());
      if (verified === undefined) return;
      const { header, certificate } = verified;
      keep({ ...proof, header, certificate }, evidence!, true);
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
