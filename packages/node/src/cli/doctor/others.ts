import { createHttpClient } from '@ios/client';
import type { StatusAnswer } from '@ios/client/methods';
import { bytesToHex } from '@noble/hashes/utils.js';
import { VERSION } from '../../version.ts';
import { describeFailure } from '../failure.ts';
import { type Finding, fault, ok, skipped, warning } from './finding.ts';

const TIMEOUT = 5_000;
/** How far two clocks may be apart, in ms; what is compared is exact to a second. */
const CLOCK_TOLERANCE = 5_000;
/** How many blocks a node may be behind another before it is said. */
const BLOCKS_BEHIND = 10;

/** The status that a node serves; `undefined` if none answers. */
export async function statusOf(url: string): Promise<StatusAnswer | undefined> {
  try {
    return await createHttpClient(url, { retries: 0, timeoutMs: TIMEOUT }).call('getStatus', {});
  } catch {
    return undefined;
  }
}

/** Asks a node of the same network for its chain, its version and its time. */
export async function checkAgainst(
  url: string,
  chain: Uint8Array | undefined,
  own: StatusAnswer | undefined,
): Promise<readonly Finding[]> {
  try {
    const status = await createHttpClient(url, { retries: 0, timeoutMs: TIMEOUT }).call('getStatus', {});
    return [
      compareChain(url, status, chain),
      compareVersion(url, status),
      ...(own === undefined ? [] : [compareHeight(url, status, own)]),
      await compareClock(url),
    ];
  } catch (error) {
    return [warning('other node', describeFailure(error).message, 'Name with --ask where its RPC can be reached.')];
  }
}

function compareChain(url: string, { chain, name }: StatusAnswer, own: Uint8Array | undefined): Finding {
  if (own === undefined) return skipped('chain', `${url} is on ${name}, ${chain}; the own genesis cannot be read.`);
  if (chain === bytesToHex(own)) return ok('chain', `${url} has the same genesis.`);
  return fault(
    'chain',
    `${url} has the genesis ${chain} (${name}), this node ${bytesToHex(own)}.`,
    'Copy genesis.json of the network that you want to be in; the data folder must be empty, or of that chain.',
  );
}

function compareVersion(url: string, { version }: StatusAnswer): Finding {
  if (version === VERSION) return ok('version', `${url} runs version ${version}, as this one.`);
  return warning(
    'version',
    `${url} runs version ${version}, this is ${VERSION}.`,
    'Read the change log: versions with another protocol do not connect.',
  );
}

function compareHeight(url: string, { height }: StatusAnswer, own: StatusAnswer): Finding {
  const said = `${url} is at height ${height}, this node at ${own.height}.`;
  if (height - own.height <= BLOCKS_BEHIND) return ok('height', said);
  return warning('height', said, 'It catches up by itself while it is connected: look at its peers, then at its log.');
}

/** Holds the own clock against the header `Date` of the other node's answer, which is exact to a second. */
async function compareClock(url: string): Promise<Finding> {
  const sent = Date.now();
  const date = await dateOf(url);
  const middle = (sent + Date.now()) / 2;
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return skipped('clock', `${url} does not say what time it is.`);
  const ahead = middle - (theirs + 500);
  const seconds = Math.round(Math.abs(ahead) / 1000);
  if (Math.abs(ahead) <= CLOCK_TOLERANCE) return ok('clock', `The clock is within ${seconds + 1} s of that of ${url}.`);
  return fault(
    'clock',
    `The clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} that of ${url}; which of the two is right is not known here.`,
    'Let both machines follow NTP (timedatectl set-ntp true). Blocks bear no times, but logs and certificates of proxies do.',
  );
}

/** The header `Date` of an answer; nothing where none comes. */
async function dateOf(url: string): Promise<string | null> {
  try {
    const where = new URL('/health/live', url);
    return (await fetch(where, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) })).headers.get('date');
  } catch {
    return null;
  }
}
