import { type BeaconProof, encodeBeaconBundle, MAX_BEACON_BUNDLE_BYTES } from '@ios/client/beacon';
import type { CertifiedValue } from '@ios/client/epochs';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { NodeService } from '../service.ts';
import { beaconAt } from './handlers.ts';

/** What was recorded stays: whoever has it need not ask again. */
const FOR_EVER = 'public, max-age=31536000, immutable';
/** What the last record is changes every epoch. */
const FOR_A_SECOND = 'public, max-age=1';

/** Answers that there is nothing, or nothing yet. */
type Missing = (reply: FastifyReply, sentence: string) => FastifyReply;

/**
 * Adds `GET /beacon/latest` and `GET /beacon/{epoch}`: recorded randomness as JSON, with the path of its proof; and
 * `GET /beacon/{epoch}/proof`: the bundle that anyone verifies from genesis, as a file.
 */
export function addBeaconRoutes(app: FastifyInstance, service: NodeService, missing: Missing): void {
  app.get<{ Params: { epoch: string } }>('/beacon/:epoch', async ({ params }, reply) => {
    const isLatest = params.epoch === 'latest';
    const epoch = isLatest ? service.recorded() : epochIn(params.epoch);
    const answer = epoch === undefined ? null : await beaconAt(service, epoch);
    if (answer === null) return missing(reply, absent(params.epoch, service));
    const hasProof = (await service.beaconProof(answer.epoch)) !== undefined;
    const proof = hasProof ? `/beacon/${answer.epoch}/proof` : null;
    reply.header('cache-control', isLatest || !hasProof ? FOR_A_SECOND : FOR_EVER);
    return reply.send({ chain: bytesToHex(service.status().chain), ...answer, proof });
  });

  app.get<{ Params: { epoch: string } }>('/beacon/:epoch/proof', async ({ params }, reply) => {
    const epoch = epochIn(params.epoch);
    if (epoch === undefined || epoch > service.recorded()) return missing(reply, absent(params.epoch, service));
    const proof = await service.beaconProof(epoch);
    if (proof === undefined)
      return missing(
        reply,
        `This node was late for the randomness of epoch ${epoch}, and has yet to fetch its proof. Ask again, or another one.`,
      );
    const bytes = await bundleOf(service, epoch, proof);
    if (bytes === undefined)
      return missing(
        reply,
        `The records up to epoch ${epoch} are too long for one file. Ask getRecords and getBeaconProof.`,
      );
    return reply
      .headers({ 'cache-control': FOR_EVER, 'content-disposition': `attachment; filename="${epoch}.beacon"` })
      .type('application/octet-stream')
      .send(Buffer.from(bytes));
  });
}

/** The bundle of an epoch, or undefined where its records are too long for one. */
async function bundleOf(service: NodeService, epoch: number, proof: BeaconProof): Promise<Uint8Array | undefined> {
  const records: CertifiedValue[] = [];
  let bytes = proof.transcript.length;
  for (let at = 1; at <= epoch; at++) {
    const record = await service.record(at);
    if (record === undefined) return undefined;
    bytes += record.value.length + record.certificate.length;
    // Some bytes a record are not counted: half of what a file may have leaves room for them.
    if (bytes > MAX_BEACON_BUNDLE_BYTES / 2) return undefined;
    records.push(record);
  }
  return encodeBeaconBundle({ chain: service.status().chain, records, proof });
}

/** An epoch from 1 in its one form, else undefined. */
const epochIn = (text: string): number | undefined => {
  const epoch = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : 0;
  return epoch >= 1 && epoch <= 0xffffffff ? epoch : undefined;
};

const absent = (asked: string, service: NodeService): string => {
  if (asked !== 'latest' && epochIn(asked) === undefined)
    return 'Wanted is /beacon/latest, /beacon/ and an epoch from 1, or that and /proof.';
  const last = service.recorded();
  return last === 0
    ? 'No randomness was recorded yet. Ask again later.'
    : `The last randomness recorded is that of epoch ${last}. Ask again later.`;
};
