import { type Command, createReplica, type Limits, type Output, type Schedule, type Scope } from '@ios/bft';
import type { Clock } from '../clock.ts';
import { type ReplicaHostOptions, startReplicaHost } from '../host/replica-host.ts';
import { createConsensusMeter } from '../metrics/consensus.ts';
import type { Meter } from '../metrics/meter.ts';
import type { Certificates } from '../shard/certificates.ts';
import type { Store } from '../store/store.ts';
import { replicaPrefix } from './store-slice.ts';

/** What a replica asks its application, and what drives it. */
export interface Application {
  /** Opens the first height that is not decided here. */
  begin(): Promise<void>;
  onOutput(output: Output): void;
  /** The replica is in this view of this height: what it asked in another one it no longer needs. */
  onView(height: number, view: number): void;
  stop(): void;
}

/** What one instance of the consensus is made of; a node runs several beside each other. */
export interface InstanceOptions<A extends Application> {
  readonly scope: Scope;
  /** The name under which the replica is a member of committees. */
  readonly self: string;
  readonly schedule: Schedule;
  /** The digest (32 bytes) of a value's bytes, or undefined where they are no value. */
  readonly digest: (value: Uint8Array) => Uint8Array | undefined;
  readonly limits: Limits;
  readonly certificates: Certificates;
  readonly clock: Clock;
  readonly store: Store;
  readonly meter: Meter;
  /** How its messages, its statements and its signatures leave it. */
  readonly host: Pick<ReplicaHostOptions<unknown>, 'send' | 'broadcast' | 'verify' | 'sign'>;
  /** The application, given what takes its answers to the replica. */
  readonly application: (command: (value: Command) => void) => A;
  fail(cause: unknown): void;
}

/** How far an instance is. */
export interface InstanceStatus {
  /** Height that is being decided; 0 before the first. */
  readonly height: number;
  /** Epoch that this height belongs to. */
  readonly epoch: number;
  readonly view: number;
  readonly stage: string;
}

/** A replica with its collector, its certificates, its application and its slice of the store: `shard/0`, `beacon` or `record`. */
export interface Instance<A extends Application> {
  readonly application: A;
  status(): InstanceStatus;
  /** A message of this instance from a peer. */
  message(from: string, bytes: Uint8Array): void;
  /** Stops at once: nothing is asked or sent any more. */
  stop(): void;
}

/** Starts an instance from what it made durable. Its application opens the first height when told to `begin`. */
export const startInstance = async <A extends Application>(options: InstanceOptions<A>): Promise<Instance<A>> => {
  const { scope, self, schedule, digest, limits, certificates, clock, store, meter, host } = options;
  const measure = createConsensusMeter(meter, clock, scope.instance);
  const application = options.application((value) => {
    measure.onCommand(value);
    replica.command(value);
  });
  const collector = certificates.collector(scope, self);
  const replica = await startReplicaHost({
    ...host,
    machine: createReplica({ scope, self, schedule, digest, limits, collector }),
    clock,
    store,
    prefix: replicaPrefix(scope.instance),
    output: (value) => {
      measure.onOutput(value);
      application.onOutput(value);
    },
    onState: ({ engine: { height, record } }) => {
      measure.onView(height, record.view);
      application.onView(height, record.view);
    },
    fail: options.fail,
  });
  return {
    application,
    status: () => {
      const { height, context, record, stage } = replica.state.engine;
      return { height, epoch: context?.epoch ?? 0, view: record.view, stage };
    },
    message: replica.message,
    stop() {
      replica.stop();
      application.stop();
    },
  };
};
