import {
  type Command,
  createReplica,
  type Limits,
  type Output,
  type Schedule,
  type Scope,
  type ShareKind,
  type SignKind,
  type State,
  type Statement,
} from '@ios/bft';
import type { Clock } from '../clock.ts';
import { startMachine } from '../host/machine-host.ts';
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
  /** The state of the replica after a step: what it asked in a view that is over it no longer needs. */
  onState(engine: State): void;
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
  readonly host: {
    send(peer: string, bytes: Uint8Array): void;
    broadcast(bytes: Uint8Array): void;
    verify(statement: Statement): Promise<boolean>;
    sign(kind: SignKind | ShareKind, message: Uint8Array): Promise<Uint8Array>;
  };
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
  const replica = await startMachine({
    ...host,
    machine: createReplica({ scope, self, schedule, digest, limits, collector }),
    clock,
    store,
    prefix: replicaPrefix(scope.instance),
    output: (value) => {
      measure.onOutput(value);
      application.onOutput(value);
    },
    onState: ({ engine }) => {
      measure.onView(engine.height, engine.record.view);
      application.onState(engine);
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
