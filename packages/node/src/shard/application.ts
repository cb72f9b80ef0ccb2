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
import { type Applied, type Context, headerMismatch } from '@ios/ledger';
import type { Clock } from '../clock.ts';
import { NodeError } from '../errors.ts';
import { createHistory } from '../instance/history.ts';
import type { Application } from '../instance/instance.ts';
import type { Verifier } from '../verifier/verifier.ts';
import type { Certificates } from './certificates.ts';
import type { ChainStore } from './chain-store.ts';
import { checkBlock, execute, type Refusal } from './checker.ts';
import { NO_STEP_ENTRY } from './committee.ts';
import { type EntryRules, entriesAt, type Outputs } from './epoch-entries.ts';
import type { EpochPolicy } from './epoch-state.ts';
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
  readonly committee: Committee;
  readonly certificates: Pick<Certificates, 'claims'>;
  readonly owners: readonly Uint8Array[];
  /** Where the next block is to be valid. */
  readonly context: () => Context;
  readonly ownerCache: OwnerCache;
  readonly outputs: Outputs;
  readonly policy: EpochPolicy & {
    readonly blockBytes: number;
    readonly blockTransactions: number;
    readonly blockIntervalMs: number;
    readonly idleMs: number;
  };
  command(value: Command): void;
  onFinal(block: KnownBlock): void;
  /** The block that became final is the last of its epoch. */
  onEpoch(): void;
  onEvidence(evidence: Extract<Output, { type: 'evidence' }>['evidence']): void;
  onRefusal(height: number, proposer: number, why: string): void;
  /** What cannot be: a value was decided that does not apply, or the disk failed. */
  fail(cause: unknown): void;
}

/** What a replica of the shard asks its application, answered with blocks of this chain. */
export interface ShardApplication extends Application {
  /** A transaction became pending: a proposal may be waiting for it. */
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
    committee,
    epoch: chain.epoch,
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
  let executed: { readonly known: KnownBlock; readonly applied: Applied | undefined } | undefined;
  const executeOnce = (known: KnownBlock): Applied | undefined => {
    if (executed?.known !== known)
      executed = {
        known,
        applied: execute({ state: chain.state, context: options.context(), committee, owners: options.owners }, known),
      };
    return executed.applied;
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
    const wait = decidedAt + (mempool.size > 0 ? policy.blockIntervalMs : policy.idleMs) - clock.now();
    if (wait > 0) {
      cancel = clock.setTimeout(proposeSafely, wait);
      return;
    }
    const { view, parent } = asked;
    asked = undefined;
    const { state, head } = chain;
    const context = options.context();
    const entries = entriesAt(rules(), head.height + 1);
    const built = buildBlock(
      { head, state, mempool, parent, proposer, context, entries, limits: policy, hasher },
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
    const applied = follows ? executeOnce(known) : undefined;
    if (known === undefined || applied === undefined)
      throw new NodeError(
        'diverged',
        'a block was decided that does not apply here: more members are faulty than the committee bears, or this data folder is damaged',
        { height },
      );
    const { bytes, hash, ids, block } = known;
    const { delta } = applied;
    const { epoch } = chain.epoch;
    await chain.append({
      height,
      hash,
      transactionRoot: block.header.transactionRoot,
      entries: block.entries,
      bytes,
      certificate: encodeCertificate(certificate),
      transactionIds: ids,
      delta,
    });
    if (stopped) return;
    executed = undefined;
    decidedAt = clock.now();
    mempool.onDecided({ known, delta });
    if (chain.epoch.epoch !== epoch) mempool.onEpoch();
    options.onFinal(known);
    if (chain.epoch.epoch !== epoch) options.onEpoch();
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
