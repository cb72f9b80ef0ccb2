import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { CertifiedValue } from '../epochs/certified.ts';
import { followRecord, type RecordHead, recordZero } from '../epochs/follow.ts';
import { decodeEpochRecord } from '../epochs/record.ts';
import { ClientError } from '../error.ts';
import { MAX_RECORDS_ANSWERED } from '../methods/bounds.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';
import type { BeaconBundle } from './bundle.ts';
import { type Answerless, explain, failureOf } from './failures.ts';
import { describeBeaconFlaw } from './flaws.ts';
import type { BeaconNetwork } from './network.ts';
import { decodeBeaconProof } from './proof.ts';
import { type BeaconVerification, type VerifiedBeacon, verifyBeaconProof } from './verify.ts';

/** Randomness that was verified from genesis, and what shows it to anybody else. */
export interface FetchedBeacon extends VerifiedBeacon {
  readonly bundle: BeaconBundle;
}

/** Asks nodes for randomness, and believes none of them. */
export interface BeaconClient {
  /**
   * That of the last epoch that any of the nodes has recorded. Rejects with `ClientError`: `beacon-missing` where a node has
   * none to show, `other-network` where it serves another network, or as the last node that was asked; or with the reason of
   * the signal. The message says what each node answered.
   */
  latest(options?: CallOptions): Promise<FetchedBeacon>;
  /** That of an epoch from 1; rejects as `latest` does. */
  at(epoch: number, options?: CallOptions): Promise<FetchedBeacon>;
}

/** A node that is asked. */
export type BeaconSource = Pick<RpcClient, 'url' | 'call'>;

/**
 * A client of the beacon over one or more nodes. They are asked in turn until what one shows holds: records are followed from
 * genesis, each once, whichever node shows them, and the proof of an epoch is verified under them. So a node can withhold, but
 * not mislead; what all nodes withhold looks like what there is not yet.
 * @throws ClientError `out-of-range` for no node
 *
 * @example
 * ```ts
 * const beacon = createBeaconClient(trustBeacon(genesis), urls.map((url) => createHttpClient(url)));
 * const { epoch, randomness } = await beacon.latest();
 * ```
 */
export function createBeaconClient(
  network: BeaconNetwork,
  sources: readonly BeaconSource[],
  verification: Pick<BeaconVerification, 'scheme'> = {},
): BeaconClient {
  if (sources.length === 0) throw new ClientError('out-of-range', 'A client of the beacon needs a node to ask.');
  let head: RecordHead = recordZero(network);
  /** Record e in place e - 1. */
  const records: CertifiedValue[] = [];

  /** Takes the records that a node has up to an epoch. */
  const follow = async (source: BeaconSource, epoch: number, options: CallOptions): Promise<void> => {
    while (head.epoch < epoch) {
      const from = head.epoch + 1;
      const limit = Math.min(MAX_RECORDS_ANSWERED, epoch - head.epoch);
      const answers = await source.call('getRecords', { from, limit }, options);
      if (answers.length === 0) return;
      for (const [i, { value, certificate }] of answers.entries()) {
        const height = from + i;
        // Another call may have come here first.
        if (height <= head.epoch) continue;
        const certified = { height, value: hexToBytes(value), certificate: hexToBytes(certificate) };
        const next = followRecord(network, head, certified);
        if (next === undefined) throw lie(source, `a record ${height} that does not follow`, height);
        head = next;
        records.push(certified);
      }
    }
  };

  const ask = async (source: BeaconSource, epoch: number, options: CallOptions): Promise<FetchedBeacon | undefined> => {
    await follow(source, epoch, options);
    if (head.epoch < epoch) return undefined;
    const answer = await source.call('getBeaconProof', { epoch }, options);
    if (answer === null) return undefined;
    const proof = decoded(source, answer.proof, epoch);
    const before = epoch === 1 ? recordZero(network).randomness : recordAt(epoch - 1).randomness;
    const verdict = verifyBeaconProof(network, { ...recordAt(epoch), before }, proof, verification);
    if (!verdict.valid)
      throw lie(source, `a proof for epoch ${epoch} that does not hold: ${describeBeaconFlaw(verdict)}`, epoch);
    const { valid: _, ...verified } = verdict;
    return { ...verified, bundle: { chain: network.chain, records: records.slice(0, epoch), proof } };
  };
  const recordAt = (epoch: number): NonNullable<ReturnType<typeof decodeEpochRecord>> =>
    decodeEpochRecord(records[epoch - 1]!.value)!;

  const at = async (epoch: number, options: CallOptions = {}): Promise<FetchedBeacon> => {
    if (!Number.isInteger(epoch) || epoch < 1 || epoch > 0xffffffff)
      throw new ClientError('out-of-range', 'The beacon makes randomness for epochs from 1.', { epoch });
    const asked: Answerless[] = [];
    for (const source of sources) {
      let failure: unknown;
      try {
        const found = await ask(source, epoch, options);
        if (found !== undefined) return found;
      } catch (error) {
        options.signal?.throwIfAborted();
        failure = error;
      }
      asked.push(await explain(network, source, failure, options));
    }
    throw failureOf(asked, missing(`No node that was asked shows the randomness of epoch ${epoch}`));
  };

  return {
    at,
    async latest(options = {}) {
      const asked = await Promise.allSettled(sources.map((source) => follow(source, 0xffffffff, options)));
      options.signal?.throwIfAborted();
      if (head.epoch > 0) return at(head.epoch, options);
      const explained = asked.map((one, i) =>
        explain(network, sources[i]!, one.status === 'rejected' ? one.reason : undefined, options),
      );
      throw failureOf(await Promise.all(explained), missing('No randomness was recorded yet'));
    },
  };

  function missing(what: string): ClientError {
    const { epoch } = head;
    const last = epoch === 0 ? '' : ` The last one recorded is that of epoch ${epoch}.`;
    return new ClientError('beacon-missing', `${what} (network ${network.name}).${last} Ask later, or another node.`, {
      last: epoch,
      chain: bytesToHex(network.chain),
    });
  }
}

function decoded(source: BeaconSource, hex: string, epoch: number): ReturnType<typeof decodeBeaconProof> {
  try {
    return decodeBeaconProof(hexToBytes(hex));
  } catch (cause) {
    throw lie(source, 'something that is no proof of the beacon', epoch, cause);
  }
}

const lie = ({ url }: BeaconSource, what: string, epoch: number, cause?: unknown): ClientError =>
  new ClientError('rpc-answer', `${url} shows ${what}. Ask another node.`, { url, epoch }, cause);
