import { merkleRoot } from '@ios/crypto/merkle';
import { taggedHash } from '@ios/crypto/transcript';
import type { PvssScheme } from '@ios/pvss';
import { MAX_SHARES } from '@ios/pvss';
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { assertInteger, assertLength, DrpError } from './errors.ts';

/** The most servers of a roster. */
export const MAX_SERVERS = 4_096;

/** A server of the roster, by its keys. */
export interface Server {
  /** Ed25519 key, 32 bytes, under which it deals. */
  readonly identity: Uint8Array;
  /** Key of the sharing scheme, an encoded element of its group, to which others deal; its possession was proved. */
  readonly share: Uint8Array;
}

/** What is demanded of a run; all validators and all verifiers have the same. */
export interface Policy {
  /** f: how many servers may be faulty. A quorum is n - f. */
  readonly faults: number;
  /** c: servers of a group at most, from 1 to `MAX_SHARES` of `@ios/pvss`; groups differ by one at most. */
  readonly groupSize: number;
  /** Up to so many servers, from 0 to `MAX_SHARES`, there is one group, whatever its size. */
  readonly oneGroupUpTo: number;
  /** A machine is refused where f faulty servers bias a session with a chance above 2^-biasBits; 0 to 256. */
  readonly biasBits: number;
}

/** What all runs of one epoch have in common; nothing in it comes from a transcript or a peer. */
export interface Epoch {
  readonly scheme: PvssScheme;
  /** The chain's name for itself, 32 bytes. */
  readonly chain: Uint8Array;
  /** Whose randomness is made, u32. */
  readonly epoch: number;
  /** The randomness of the epoch before, 32 bytes. */
  readonly randomness: Uint8Array;
  /** The servers by ascending identity key. */
  readonly roster: readonly Server[];
  readonly policy: Policy;
}

/** One run of the protocol in an epoch. */
export interface Session {
  /** Counts the outputs that failed, from 0, u32. */
  readonly attempt: number;
  /** In which view the client leads, u32. */
  readonly view: number;
  /** Index of the client in the roster. */
  readonly client: number;
  /** Who is not to deal in this attempt, ascending: those named by decided failures. See `barred` of `Layout`. */
  readonly excluded: readonly number[];
}

/** What commits to a roster, 32 bytes: H(tag ‖ u32 n ‖ RFC 6962 root over identity ‖ share). */
export const rosterRoot = (roster: readonly Server[]): Uint8Array =>
  taggedHash(
    'ios/drp/v1/roster',
    numberToBytesBE(roster.length, 4),
    merkleRoot(roster.map(({ identity, share }) => concatBytes(identity, share))),
  );

/**
 * What names a run, 32 bytes: H(tag ‖ chain ‖ u32 epoch ‖ u32 attempt ‖ u32 view ‖ randomness ‖ roster root ‖ identity of the
 * client). Who is excluded follows from chain, epoch and attempt.
 * @param root - {@link rosterRoot} of the roster, for who names many runs of an epoch
 * @throws DrpError `out-of-range` for a client that is not in the roster
 */
export const sessionId = (
  { chain, epoch, randomness, roster }: Pick<Epoch, 'chain' | 'epoch' | 'randomness' | 'roster'>,
  { attempt, view, client }: Omit<Session, 'excluded'>,
  root: Uint8Array = rosterRoot(roster),
): Uint8Array => {
  assertInteger(client, 0, roster.length - 1, 'client');
  assertInteger(attempt, 0, 2 ** 32 - 1, 'attempt');
  assertInteger(view, 0, 2 ** 32 - 1, 'view');
  const numbers = [epoch, attempt, view].map((number) => numberToBytesBE(number, 4));
  const { identity } = roster[client]!;
  return taggedHash('ios/drp/v1/session', chain, ...numbers, randomness, root, identity);
};

/**
 * Refuses an epoch that cannot be run.
 * @throws DrpError `bad-length`, `out-of-range`, or `bad-roster` for servers that are not by ascending identity key, each once
 */
export const checkEpoch = ({ scheme, chain, epoch, randomness, roster, policy }: Epoch): void => {
  assertLength(chain, 32, 'chain');
  assertLength(randomness, 32, 'randomness');
  assertInteger(epoch, 0, 2 ** 32 - 1, 'epoch');
  assertInteger(roster.length, 1, MAX_SERVERS, 'number of servers');
  assertInteger(policy.faults, 0, roster.length - 1, 'faults');
  assertInteger(policy.groupSize, 1, MAX_SHARES, 'group size');
  assertInteger(policy.oneGroupUpTo, 0, MAX_SHARES, 'oneGroupUpTo');
  assertInteger(policy.biasBits, 0, 256, 'biasBits');
  roster.forEach(({ identity, share }, index) => {
    assertLength(identity, 32, `identity of server ${index}`);
    assertLength(share, scheme.group.elementLength, `share key of server ${index}`);
    if (index > 0 && bytesToNumberBE(roster[index - 1]!.identity) >= bytesToNumberBE(identity))
      throw new DrpError('bad-roster', 'servers stand once each, by ascending identity key', { index });
  });
  if (new Set(roster.map(({ share }) => bytesToNumberBE(share))).size < roster.length)
    throw new DrpError('bad-roster', 'two servers have the same share key');
};

/** Whether a session can be of this epoch: client and excluded servers are in the roster, the latter ascending. */
export const isSession = ({ roster }: Pick<Epoch, 'roster'>, session: Session): boolean => {
  const { attempt, view, client, excluded } = session;
  const isIndex = (value: number, limit: number): boolean => Number.isSafeInteger(value) && value >= 0 && value < limit;
  return (
    [attempt, view].every((value) => isIndex(value, 2 ** 32)) &&
    isIndex(client, roster.length) &&
    excluded.every((index, i) => isIndex(index, roster.length) && (i === 0 || excluded[i - 1]! < index))
  );
};
