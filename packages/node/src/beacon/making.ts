import type { Committee, SignatureClaim } from '@ios/bft';
import { beaconPolicy } from '@ios/client/epochs';
import type { DrpOutput, Epoch, Server, SignKind, SignOff } from '@ios/drp';
import type { PvssScheme } from '@ios/pvss';
import type { Ecvrf } from '@ios/vrf-sortition';
import type { Clock } from '../clock.ts';
import type { Entropy } from '../entropy.ts';
import type { Certificates } from '../shard/certificates.ts';
import type { Store } from '../store/store.ts';
import type { Verifier } from '../verifier/verifier.ts';
import { type Elections, startElections } from './elections.ts';
import { encodeBeaconMessage } from './messages.ts';
import { type Runs, startRuns } from './runs.ts';
import { type Sessions, sessionsOf } from './sessions.ts';
import { beaconSignOff } from './sign-off.ts';

/** The uses of a validator's keys that the beacon asks for. */
export interface BeaconKeys {
  /** The proof of the VRF key over an alpha (32 bytes): 80 bytes. */
  prove(alpha: Uint8Array): Uint8Array;
  /** Answers a `sign` effect of DRP: with a new dealing each time, or with decrypted shares if `signOff` holds. */
  share(kind: SignKind, message: Uint8Array, signOff: SignOff): Uint8Array;
}

/** What the randomness of an epoch is made with. */
export interface MakingOptions {
  readonly chain: Uint8Array;
  readonly committee: Committee;
  /** Share and VRF keys of the committee, in its order. */
  readonly servers: readonly Server[];
  readonly vrfKeys: readonly Uint8Array[];
  /** Place in the committee. */
  readonly member: number;
  readonly scheme: PvssScheme;
  readonly vrf: Ecvrf;
  readonly certificates: Pick<Certificates, 'claims'>;
  readonly isSigned: (claim: SignatureClaim) => boolean;
  readonly verifier: Pick<Verifier, 'holds'>;
  readonly keys: BeaconKeys;
  readonly policy: { readonly lotteryMs: number; readonly beaconTimeoutMs: number };
  readonly clock: Clock;
  readonly store: Store;
  readonly entropy: Entropy;
  send(peer: string, bytes: Uint8Array): void;
  publish(tickets: Uint8Array): void;
  fail(cause: unknown): void;
}

/** What tells the beacon of an epoch's lottery and runs. */
export interface MakingEvents {
  onHeld(attempt: number): void;
  onRun(output: DrpOutput): void;
}

/** The making of one epoch's randomness: its lottery, and its runs of DRP. */
export interface Making {
  readonly sessions: Sessions;
  readonly elections: Elections;
  readonly runs: Runs;
  stop(): void;
}

/** Starts both for rnd(epoch), given rnd(epoch - 1). */
export const startMaking = async (
  options: MakingOptions,
  { number, randomness }: { readonly number: number; readonly randomness: Uint8Array },
  events: MakingEvents,
): Promise<Making> => {
  const { chain, committee, servers, certificates, isSigned, policy, clock, store, fail } = options;
  const epoch: Epoch = {
    scheme: options.scheme,
    chain,
    epoch: number,
    randomness,
    roster: servers,
    policy: beaconPolicy(committee.length),
  };
  const sessions = sessionsOf(epoch);
  const signOff = beaconSignOff({ epoch: number, chain, committee, certificates, isSigned });
  const part = (share: number): number => Math.max(1, Math.floor(policy.beaconTimeoutMs / share));
  const runs = await startRuns({
    epoch,
    sessions,
    self: options.member,
    timeouts: { ask: part(16), deal: part(4), fetch: part(16), decrypt: part(2) },
    clock,
    store,
    entropy: options.entropy,
    verifier: options.verifier,
    send: (peer, bytes) => options.send(peer, encodeBeaconMessage({ kind: 'machine', epoch: number, bytes })),
    sign: (kind, message) => options.keys.share(kind, message, signOff),
    output: events.onRun,
    fail,
  });
  const elections = await startElections({
    context: {
      chain,
      epoch: number,
      randomness,
      seats: servers.map(({ identity }, seat) => ({ identity, vrfKey: options.vrfKeys[seat]! })),
    },
    self: options.member,
    peers: committee.map(({ peer }) => peer),
    vrf: options.vrf,
    delta: policy.lotteryMs,
    clock,
    store,
    publish: options.publish,
    prove: options.keys.prove,
    held: events.onHeld,
    fail,
  });
  return {
    sessions,
    elections,
    runs,
    stop() {
      elections.stop();
      runs.stop();
    },
  };
};
