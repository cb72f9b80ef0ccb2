import type { ShardContext } from '@ios/atomix';
import {
  type Command,
  type Committee,
  decodeCertificate,
  encodeCertificate,
  type HeightContext,
  indexOf,
  type Output,
  type Parent,
  type Scope,
} from '@ios/bft';
import type { Hasher } from '@ios/crypto/merkle';
import { headerMismatch } from '@ios/ledger';
import type { ReadyEntry } from '../carriage/ready.ts';
import type { Clock } from '../clock.ts';
import { NodeError } from '../errors.ts';
import { createHistory } from '../instance/history.ts';
import type { Application } from '../instance/instance.ts';
import type { Verifier } from '../verifier/verifier.ts';
import type { Certificates } from './certificates.ts';
import type { ChainStore } from './chain-store.ts';
import { checkBlock, type Refusal } from './checker.ts';
import { NO_STEP_ENTRY } from './committee.ts';
import { type EntryRules, epochEntryAt, type Outputs } from './epoch-entries.ts';
import type { EpochPolicy } from './epoch-state.ts';
import { type Execution, executeBlock } from './execution.ts';
import type { ForeignHeaders } from './foreign-headers.ts';
import type { Mempool } from './mempool.ts';
import type { OwnerCache } from './owner-cache.ts';
import { buildBlock } from './proposer.ts';
import type { KnownBlock, Values } from './values.ts';

/** What the application of a shard is made of. */
export interface ShardOptions {
  readonly self: string;
  readonly chain: ChainStore;
  readonly mempool: Mempool;
  readonly values: Values;
  readonly clock: Clock;
  readonly verifier: Verifier;
  readonly hasher: Hasher;
  readonly scope: Scope;
  /** The committee of the shard, the seats of its members in its order, and their payout keys. */
  readonly committee: Committee;
  readonly seats: readonly number[];
  readonly owners: readonly Uint8Array[];
  /** All validators, who decide outputs and records. */
  readonly roster: Committee;
  /** How the committee certifies, and how all validators do. */
  readonly certificates: Pick<Certificates, 'claims'>;
  readonly rosterCertificates: Pick<Certificates, 'claims'>;
  readonly headers: ForeignHeaders;
  /** Where the next block is executed. */
  readonly context: () => ShardContext;
  /** What can be done about transactions of several shards. */
  readonly decisions: { ready(): Iterable<ReadyEntry>; hasReady(): boolean };
  readonly ownerCache: OwnerCache;
  readonly outputs: Outputs;
  readonly policy: EpochPolicy & {
    readonly blockBytes: number;
    readonly blockTransactions: number;
    readonly blockIntervalMs: number;
    readonly idleMs: number;
  };
  command(value: Command): void;
  onFinal(block: ExecutedBlock): void;
  onEvidence(evidence: Extract<Output, { type: 'evidence' }>['evidence']): void;
  onRefusal(height: number, proposer: number, why: string): void;
  /** What cannot be: a value was decided that does not apply, or the disk failed. */
  fail(cause: unknown): void;
}

/** A final block, and what it did. */
export interface ExecutedBlock extends Execution {
  readonly known: KnownBlock;
  /** Encoded commit certificate. */
  readonly certificate: Uint8Array;
  /** It was the last of its epoch. */
  readonly epochEnded: boolean;
}

/** What a replica of the shard asks its application, answered with blocks of this chain. */
export interface ShardApplication extends Application {
  /** There is something to propose: a transaction became pending, or a decision can be made. */
  onPending(): void;
}

type Request<T extends Output['type']> = Extract<Output, { type: T }>;

/** The proposer, checker and executor of one shard. */
export const createShardApplication = (options: ShardOptions): ShardApplication => {
  const { chain, mempool, values, clock, command, policy, committee, hasher } = options;
  const proposer = indexOf(committee, options.self);
  const contextOfNext = (): HeightContext => ({ epoch: chain.epoch.epoch, stepEntry: NO_STEP_ENTRY, committee });
  const rules = (): EntryRules => ({
    chain: options.scope.chain,
    roster: options.roster,
    seats: options.seats,
    epoch: chain.epoch,
    tree: chain.tree,
    policy,
    outputs: options.outputs,
    hasher,
  });
  let decidedAt = clock.now();
  let asked: Request<'propose'> | undefined;
  let cancel: (() => void) | undefined;
  let stopped = false;

  const guard =
    <T extends unknown[]>(action: (...args: T) => Promise<void>) =>
    (...args: T): void => {
      action(...args).catch((cause: unknown) => {
        if (!stopped) options.fail(cause);
      });
    };

  /** What the last block that was executed does: a block that was checked is decided next. It names the head it is for. */
  let executed: { readonly known: KnownBlock; readonly execution: Execution | string } | undefined;
  const executeOnce = (known: KnownBlock): Execution | string => {
    if (executed?.known !== known)
      executed = {
        known,
        execution: executeBlock(
          { view: chain.view, context: options.context(), committee, owners: options.owners },
          known,
        ),
      };
    return executed.execution;
  };

  /** Proposes when the time has come: soon when there is something to propose, else when the shard was idle long enough. */
  const propose = async (): Promise<void> => {
    cancel?.();
    cancel = undefined;
    if (asked === undefined || stopped) return;
    if (asked.height !== chain.head.height + 1) {
      asked = undefined;
      return;
    }
    // A clock that was set back must not keep this node from proposing.
    decidedAt = Math.min(decidedAt, clock.now());
    const wait =
      decidedAt +
      (mempool.size > 0 || options.decisions.hasReady() ? policy.blockIntervalMs : policy.idleMs) -
      clock.now();
    if (wait > 0) {
      cancel = clock.setTimeout(proposeSafely, wait);
      return;
    }
    const { view, parent } = asked;
    asked = undefined;
    const { view: state, head } = chain;
    const built = buildBlock(
      {
        head,
        view: state,
        mempool,
        decisions: options.decisions.ready(),
        parent,
        proposer,
        context: options.context(),
        epochEntry: epochEntryAt(rules(), head.height + 1),
        limits: policy,
        hasher,
      },
      values,
    );
    command({ type: 'proposal', height: head.height + 1, view, value: built.bytes });
  };

  /** The check that is under way: worth nothing once its view is over. */
  let checking: { readonly height: number; readonly view: number; readonly end: AbortController } | undefined;
  const endCheck = (): void => {
    checking?.end.abort();
    checking = undefined;
  };

  const check = async ({ height, view, digest, value, proposer }: Request<'check'>): Promise<void> => {
    endCheck();
    const end = new AbortController();
    checking = { height, view, end };
    const refusal = await refusalOf(height, value, proposer, end.signal);
    if (end.signal.aborted) return;
    checking = undefined;
    if (refusal !== undefined) options.onRefusal(height, proposer, refusal);
    command({ type: 'checked', height, view, digest, valid: refusal === undefined });
  };

  const refusalOf = async (height: number, value: Uint8Array, proposer: number, end: AbortSignal): Promise<Refusal> => {
    const known = values.decode(value);
    const { head } = chain;
    if (known === undefined || height !== head.height + 1) return 'it is not a block of this height';
    try {
      return await checkBlock(
        { ...options, context: options.context(), rules: rules(), head, execute: executeOnce, limits: policy },
        known,
        proposer,
        end,
      );
    } catch (cause) {
      if (end.aborted) return 'its view is over';
      throw cause;
    }
  };

  const decide = async ({ height, digest, certificate, value }: Request<'decide'>): Promise<void> => {
    endCheck();
    const known = values.decode(value);
    const { hash: previous, executionDigest } = chain.head;
    const follows = known && headerMismatch(known.block.header, { height, previous, executionDigest }) === undefined;
    const execution = follows ? executeOnce(known) : undefined;
    if (known === undefined || execution === undefined || typeof execution === 'string')
      throw new NodeError(
        'diverged',
        'a block was decided that does not apply here: more members are faulty than the committee bears, or this data folder is damaged',
        { height },
      );
    const { epoch } = chain.epoch;
    const encoded = encodeCertificate(certificate);
    await chain.append({ known, certificate: encoded, execution });
    if (stopped) return;
    const epochEnded = chain.epoch.epoch !== epoch;
    const block: ExecutedBlock = { known, certificate: encoded, epochEnded, ...execution };
    executed = undefined;
    decidedAt = clock.now();
    mempool.onDecided(block);
    if (epochEnded) mempool.onEpoch();
    options.onFinal(block);
    open({ height, digest, certificate });
  };

  const history = createHistory({
    clock,
    read: async (at) => {
      if (at > chain.head.height) return undefined;
      const stored = await chain.block(at);
      if (stored === undefined) return undefined;
      const { hash: digest, bytes: value } = stored;
      return { height: at, digest, certificate: decodeCertificate(stored.certificate), value };
    },
    command: (value) => !stopped && command(value),
    fail: (cause) => !stopped && options.fail(cause),
  });

  const open = (parent: Parent | undefined): void =>
    command({ type: 'begin', height: chain.head.height + 1, context: contextOfNext(), parent });

  const proposeSafely = guard(propose);
  const [checkSafely, decideSafely] = [guard(check), guard(decide)];

  return {
    async begin() {
      const { height: last, hash } = chain.head;
      if (last === 0) return open(undefined);
      const { certificate } = (await chain.block(last))!;
      open({ height: last, digest: hash, certificate: decodeCertificate(certificate) });
    },
    onOutput(output) {
      switch (output.type) {
        case 'propose':
          asked = output;
          return proposeSafely();
        case 'check':
          return checkSafely(output);
        case 'decide':
          return decideSafely(output);
        case 'history':
          return history.serve(output);
        case 'evidence':
          return options.onEvidence(output.evidence);
      }
    },
    onPending: proposeSafely,
    onState({ height: at, record: { view } }) {
      if (checking !== undefined && (at !== checking.height || view !== checking.view)) endCheck();
    },
    stop() {
      stopped = true;
      cancel?.();
      endCheck();
      history.stop();
    },
  };
};
