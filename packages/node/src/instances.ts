import type { Committee, ShareKind, SignKind, Statement } from '@ios/bft';
import type { SignedMessage } from '@ios/crypto/ed25519';
import type { Clock } from './clock.ts';
import { type Application, type Instance, type InstanceOptions, startInstance } from './instance/instance.ts';
import type { VoteGuard } from './instance/vote-guard.ts';
import type { Meter } from './metrics/meter.ts';
import type { Network } from './network/network.ts';
import type { InstanceSummary } from './service.ts';
import type { Store } from './store/store.ts';
import type { Verifier } from './verifier/verifier.ts';

/** What is each instance's own. */
export type InstanceParts<A extends Application> = Pick<
  InstanceOptions<A>,
  'scope' | 'schedule' | 'digest' | 'limits' | 'application' | 'certificates'
> & {
  /** Who decides in it: they and who follows it without being a validator are told what it says to all, and are heard. */
  readonly committee: Committee;
};

/**
 * The protocol that the replicas of an instance speak: one for all shards, since a node is in one of them, and two nodes connect
 * only if they have all protocols in common.
 */
export const protocolOf = (instance: string): string => instance.split('/')[0]!;

/** What the instances of a node share. */
export interface InstancesOptions {
  /** The name under which the replicas are members of committees. */
  readonly voter: string;
  /** All validators. */
  readonly roster: Committee;
  readonly clock: Clock;
  readonly store: Store;
  readonly meter: Meter;
  readonly verifier: Verifier;
  readonly network: Pick<Network, 'send' | 'peers'>;
  readonly guard: VoteGuard | undefined;
  readonly sign: (message: Uint8Array, kind: SignKind | ShareKind) => Promise<Uint8Array> | Uint8Array;
  fail(cause: unknown): void;
}

/** The instances of the consensus that a node takes part in. */
export interface Instances {
  /** Starts one with what is the same for all: its channel, its keys, its part of the store. */
  run<A extends Application>(parts: InstanceParts<A>): Promise<A>;
  /** A message for one of them; false where no instance speaks this protocol. */
  message(peer: string, protocol: string, bytes: Uint8Array): boolean;
  /** A peer is there: where this node only follows, it says so. */
  connected(peer: string): void;
  /** A peer is gone, and follows nothing any more. */
  disconnected(peer: string): void;
  /** Has each open the first height that is not decided here. */
  begin(): Promise<void>;
  summaries(): readonly InstanceSummary[];
  /** Stops all, and all that are started later. */
  stop(): void;
}

/** An instance, and who is told what it says. */
interface Running {
  readonly name: string;
  readonly instance: Instance<Application>;
  readonly members: ReadonlySet<string>;
  /** Peers that are no validators and have spoken in it. */
  readonly followers: Set<string>;
  /** What whoever only follows says once to every member: how far it is. */
  greeting(): Uint8Array | undefined;
}

/**
 * No instance yet. A validator of another shard has nothing to say in an instance, and is not heard. Whoever is no validator
 * says so to the members of the instances that it follows by speaking first: until then it gets nothing.
 */
export const createInstances = (options: InstancesOptions): Instances => {
  const { voter, clock, store, meter, verifier, network, guard, fail } = options;
  const validators = new Set(options.roster.map(({ peer }) => peer));
  const running = new Map<string, Running>();
  let stopped = false;

  return {
    async run({ committee, ...parts }) {
      const { scope, certificates } = parts;
      const protocol = protocolOf(scope.instance);
      const members = new Set(committee.map(({ peer }) => peer));
      const followers = new Set<string>();
      const follows = !validators.has(voter);
      let greeting: Uint8Array | undefined;
      let height = (): number => 0;
      const instance = await startInstance({
        ...parts,
        self: voter,
        clock,
        store,
        meter,
        host: {
          send: (peer, bytes) => network.send(peer, protocol, bytes),
          broadcast: (bytes) => {
            // What a replica says first is how far it is.
            if (follows) greeting ??= bytes;
            for (const peer of network.peers())
              if (members.has(peer) || followers.has(peer)) network.send(peer, protocol, bytes);
          },
          verify: (statement) => holds(statement, certificates, verifier),
          sign: async (kind, message) => {
            await guard?.beforeSigning(scope.instance, height());
            return isShare(kind) ? certificates.sign(kind, message) : options.sign(message, kind);
          },
        },
        fail,
      });
      height = () => instance.status().height;
      if (stopped) instance.stop();
      else running.set(protocol, { name: scope.instance, instance, members, followers, greeting: () => greeting });
      return instance.application;
    },
    message(peer, protocol, bytes) {
      const found = running.get(protocol);
      if (found === undefined) return false;
      if (!validators.has(peer)) found.followers.add(peer);
      if (found.members.has(peer) || found.followers.has(peer)) found.instance.message(peer, bytes);
      return true;
    },
    connected(peer) {
      for (const [protocol, { members, greeting }] of running) {
        const bytes = greeting();
        if (bytes !== undefined && members.has(peer)) network.send(peer, protocol, bytes);
      }
    },
    disconnected(peer) {
      for (const { followers } of running.values()) followers.delete(peer);
    },
    async begin() {
      for (const { instance } of running.values()) await instance.application.begin();
    },
    summaries: () => [...running.values()].map(({ name, instance }) => ({ name, ...instance.status() })),
    stop() {
      stopped = true;
      for (const { instance } of running.values()) instance.stop();
    },
  };
};

/**
 * Whether what a replica was told holds. Nothing is left undecided, and nobody is charged: a replica hears no more from who
 * sent it a false statement.
 */
const holds = async (
  statement: Statement,
  certificates: InstanceOptions<Application>['certificates'],
  verifier: Pick<Verifier, 'holds'>,
): Promise<boolean> => {
  const claims: SignedMessage[] = [...statement.signatures];
  for (const { certificate, endorsed, committee } of statement.certificates) {
    const stated = certificates.claims(certificate, endorsed, committee);
    if (stated === undefined) return false;
    claims.push(...stated);
  }
  return verifier.holds({ signatures: claims });
};

const isShare = (kind: SignKind | ShareKind): kind is ShareKind => kind.startsWith('share/');
