import { setTimeout as sleep } from 'node:timers/promises';
import { quorum } from '@ios/bft';
import type { Genesis, Registration } from '@ios/client';
import { chainName, genesisHash } from '@ios/client';
import { deriveKey } from '@ios/crypto/keys';
import { bytesToHex } from '@noble/hashes/utils.js';
import { nodeChannels } from '../../channels.ts';
import { createLibp2pNetwork } from '../../network/libp2p.ts';
import { type ProbeResult, probeIdentity } from '../../network/probe.ts';
import { type Finding, fault, ok, skipped, warning } from './finding.ts';

/** Dials under way at once. */
const PARALLEL = 8;
/** How long sessions with those that could be reached may take, in ms. */
const SESSION_MS = 8_000;

/** What is known of this node when it looks for its peers. */
export interface PeersQuestion {
  readonly genesis: Genesis;
  /** Its identity; where that is unknown, its own validator is known by an address on which it listens. */
  readonly self: string | undefined;
  /** Where it listens. */
  readonly listen: readonly string[];
  /** Those with which the node that runs is connected; they are not dialled. */
  readonly connected: readonly string[];
  /** The master secret, if sessions may be tried with it: the node does not run, and its key is a validator's. */
  readonly master: Uint8Array | undefined;
}

/**
 * Whether each validator of genesis is there: at one of its addresses somebody answers and proves its identity key. With
 * the node's own key a session of this chain is opened as well, which a node of another chain refuses.
 */
export async function checkPeers(question: PeersQuestion): Promise<readonly Finding[]> {
  const { genesis, connected, master } = question;
  const self = question.self ?? ownByAddress(question);
  const others = genesis.validators.filter(({ identity }) => bytesToHex(identity) !== self);
  if (others.length === 0) return [ok('peers', 'There are no others.')];
  const sought = others.filter(({ identity }) => !connected.includes(bytesToHex(identity)));
  const outcomes = await inTurn(sought, PARALLEL, probe);
  const present = sought.filter((_, i) => outcomes[i] === 'present');
  const sessions = master === undefined ? undefined : await trySessions(genesis, present, master);
  const reached = others.length - sought.length + present.length;
  const enough = reached + (self === undefined ? 0 : 1) >= quorum(genesis.validators.length);
  return others.map((validator) => {
    const name = bytesToHex(validator.identity);
    const place = sought.indexOf(validator);
    if (place < 0) return ok('peer', `${name} is connected.`);
    const outcome = outcomes[place]!;
    if (outcome === 'present') return present_(name, validator, sessions?.get(name));
    if (outcome === 'no address') return skipped('peer', `${name} has no address in genesis: it dials the others.`);
    const said = `${name} cannot be reached: ${outcome.problem}.`;
    if (outcome.strange) return fault('peer', said, STRANGER);
    if (self === undefined) return warning('peer', said, `${ABSENT} ${PERHAPS_OWN}`);
    return enough ? warning('peer', said, ABSENT) : fault('peer', said, `${ABSENT} Without it there is no quorum.`);
  });
}

/** The validator that has an address on which this node listens. */
function ownByAddress({ genesis, listen }: PeersQuestion): string | undefined {
  const own = genesis.validators.find(({ addresses }) => addresses.some((address) => listen.includes(address)));
  return own && bytesToHex(own.identity);
}

const ABSENT = 'See that it runs and that no firewall stands in between.';
const PERHAPS_OWN = 'It may be this node itself, whose key cannot be read.';
const STRANGER = 'Another node has its address. Ask its operator; compare genesis files.';
const FOREIGN =
  'Compare genesis hashes and versions with its operator: one of the two has another genesis or protocol.';

type Outcome = 'present' | 'no address' | { readonly problem: string; readonly strange: boolean };

async function probe({ identity, addresses }: Registration): Promise<Outcome> {
  if (addresses.length === 0) return 'no address';
  const wanted = bytesToHex(identity);
  const results = await Promise.all(addresses.map(probeIdentity));
  if (results.some((result) => 'identity' in result && result.identity === wanted)) return 'present';
  const problems = results.map((result, i) => `at ${addresses[i]} ${describe(result)}`);
  return { problem: problems.join('; '), strange: results.some((result) => 'identity' in result) };
}

const describe = (result: ProbeResult): string =>
  'identity' in result ? `answers ${result.identity}, another key` : result.problem;

function present_(name: string, { addresses }: Registration, session: Session | undefined): Finding {
  const said = `${name} answers at ${addresses.join(', ')} and proves its key`;
  if (session === 'up') return ok('peer', `${said}; a session of this chain was opened.`);
  if (session === 'foreign') return fault('peer', `${said}, but speaks of another chain or version.`, FOREIGN);
  if (session === 'none') {
    return warning('peer', `${said}, but opened no session within ${SESSION_MS / 1000} s.`, 'Look at its log.');
  }
  return ok('peer', `${said}; which chain it is on was not asked.`);
}

type Session = 'up' | 'foreign' | 'none';

/** Joins the network for a moment, without listening, and without saying a word of the protocol. */
async function trySessions(
  genesis: Genesis,
  validators: readonly Registration[],
  master: Uint8Array,
): Promise<ReadonlyMap<string, Session>> {
  const found = new Map<string, Session>(validators.map(({ identity }) => [bytesToHex(identity), 'none']));
  if (found.size === 0) return found;
  const note = (peer: string, session: Session): void => {
    if (found.get(peer) === 'none') found.set(peer, session);
  };
  const network = createLibp2pNetwork({
    seed: deriveKey(master, 'identity', chainName(genesis), 0),
    chain: genesisHash(genesis),
    listen: [],
    peers: validators.map(({ identity, addresses }) => ({ peer: bytesToHex(identity), addresses })),
    ...nodeChannels(genesis, genesis.validators[0]!.identity),
    onForeign: (peer) => note(peer, 'foreign'),
  });
  await network.start({
    message: () => {},
    gossip: () => {},
    connected: (peer) => note(peer, 'up'),
    disconnected: () => {},
  });
  const until = performance.now() + SESSION_MS;
  while ([...found.values()].includes('none') && performance.now() < until) await sleep(50);
  await network.stop();
  return found;
}

/** Results in the order of the items, at most `limit` under way. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
