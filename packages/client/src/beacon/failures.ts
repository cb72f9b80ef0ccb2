import { bytesToHex } from '@noble/hashes/utils.js';
import { ClientError } from '../error.ts';
import type { CallOptions } from '../rpc/client.ts';
import type { BeaconSource } from './fetch.ts';
import type { BeaconNetwork } from './network.ts';

/** What came of asking a node; without an error it has nothing to show. */
export interface Answerless {
  readonly url: string;
  readonly error: unknown;
}

/**
 * Finds out whether a node that shows nothing, or what does not hold, serves another network: then that is why. A node that is
 * not reached is not asked again.
 */
export async function explain(
  network: BeaconNetwork,
  source: BeaconSource,
  error: unknown,
  options: CallOptions,
): Promise<Answerless> {
  const { url } = source;
  if (error instanceof ClientError && error.code === 'rpc-unreachable') return { url, error };
  const status = await source.call('getStatus', {}, options).catch(() => undefined);
  options.signal?.throwIfAborted();
  const chain = bytesToHex(network.chain);
  if (!status || status.chain === chain) return { url, error };
  const sentence = `${url} serves another network, ${status.name} (${status.chain}), not ${network.name} (${chain}). Ask a node of this network, or take the genesis of that one.`;
  return { url, error: new ClientError('other-network', sentence, { url, chain: status.chain }) };
}

/**
 * The one error for what no node shows: `missing` where one of them has merely nothing, else that of the last. Where several were
 * asked it says what each answered.
 */
export function failureOf(asked: readonly Answerless[], missing: ClientError): unknown {
  const errors = asked.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const last = errors.length < asked.length ? missing : errors.at(-1);
  if (errors.length === 0 || asked.length === 1 || !(last instanceof ClientError)) return last;
  const head = last === missing ? missing.message : 'None of the nodes that were asked shows it.';
  const lines = asked.map(({ url, error }) => `  ${error === undefined ? `${url} has nothing to show.` : said(error)}`);
  return new ClientError(last.code, [head, ...lines].join('\n'), last.facts, new AggregateError(errors));
}

/** Errors of a client name the node. */
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
