import { type Behaviour, compose, type Moment, mutateEffects, mutateSends } from '@ios/simulator';
import { concatBytes } from '@noble/hashes/utils.js';
import { equalBytes } from '../src/bytes.ts';
import { indexOf, maskOf, type Phase, quorum, type ViewChange } from '../src/index.ts';
import { decodeShare, encodeUnsigned, proposalBytes, type Share, viewChangeBytes } from '../src/testing.ts';
import { buildValue, digestOf } from './application.ts';
import { doubleEndorser, frame, opened, type Target } from './behaviours.ts';

/** The one honest member that a whisperer talks to openly: the first of its peers. */
export const confidant = (peers: readonly string[]): string => peers[0]!;

/** Keeps certificates of `phase`, and every hint that a height is decided, from all but the confidant. */
const whisper = (phase: Phase): Behaviour =>
  mutateSends((to, bytes, { peers }) => {
    const message = opened(bytes);
    if (message === undefined || to === confidant(peers)) return [bytes];
    if (message.TAG === 'status' || message.TAG === 'decisions') return [];
    return message.TAG === 'certified' && (message.data.phase === phase || message.data.phase === 'commit')
      ? []
      : [bytes];
  });

/** Shows the confidant prepare certificates as commit certificates. */
const swap: Behaviour = mutateSends((to, bytes, { peers }) => {
  const message = opened(bytes);
  if (message?.TAG !== 'certified' || to !== confidant(peers)) return [bytes];
  return [frame({ TAG: 'certified', data: { ...message.data, phase: 'commit' } })];
});

/** The view-change of a member that claims to have seen nothing prepared. */
const bareViewChange = (
  { scope, contextOf }: Target,
  { self, sign }: Moment,
  { height, view }: { height: number; view: number },
): ViewChange | undefined => {
  const context = contextOf(height);
  const member = indexOf(context.committee, self);
  if (member < 0) return undefined;
  const bare = { height, view, member, prepared: undefined, attachment: new Uint8Array(0) };
  const signature = sign('viewChange', viewChangeBytes(scope, context, height, view, encodeUnsigned(bare)));
  return { ...bare, signature };
};

/** Follows the others into each view of heights that it has itself decided, so that they can go on without the confidant. */
const follow =
  (target: Target): Behaviour =>
  (machine, adversary) => {
    // Once a view: two followers must not answer each other for ever.
    const followed = new Set<string>();
    return mutateEffects((effects, moment) => {
      const heard = moment.input.type === 'message' ? opened(moment.input.bytes) : undefined;
      if (heard?.TAG !== 'viewChange') return effects;
      const { height, view } = heard.data.viewChange;
      if (followed.has(`${height}/${view}`)) return effects;
      followed.add(`${height}/${view}`);
      const viewChange = bareViewChange(target, moment, { height, view });
      if (viewChange === undefined) return effects;
      const data = { viewChange, proof: undefined };
      for (const peer of moment.peers) moment.send(peer, frame({ TAG: 'viewChange', data }));
      return effects;
    })(machine, adversary);
  };

/** Leads its views by hand, with a value of its own whatever the view-changes say, and gathers for it. */
const usurp = (target: Target): Behaviour => {
  const { scope, contextOf, rules, leader } = target;
  const n = contextOf(1).committee.length;
  return (machine, adversary) => {
    const changes = new Map<string, Map<number, ViewChange>>();
    const shares = new Map<string, Map<number, Share>>();
    const ownAt = (height: number): number => indexOf(contextOf(height).committee, adversary.self);
    const tell = (bytes: Uint8Array): void => {
      for (const peer of adversary.peers) adversary.send(peer, bytes);
    };

    const open = (moment: Moment, heard: ViewChange): void => {
      const { height, view } = heard;
      const own = ownAt(height);
      const bare = bareViewChange(target, moment, heard);
      if (leader(height, view) !== own || bare === undefined) return;
      const slot = `${height}/${view}`;
      const known = changes.get(slot) ?? new Map([[own, bare]]);
      if (known.size >= quorum(n)) return;
      changes.set(slot, known.set(heard.member, heard));
      if (known.size < quorum(n)) return;
      const opening = [...known.values()].sort((a, b) => a.member - b.member);
      const value = buildValue(height, view, new Uint8Array(32), own);
      const digest = digestOf(value)!;
      const signature = moment.sign('proposal', proposalBytes(scope, contextOf(height), height, view, digest));
      tell(frame({ TAG: 'value', data: { value } }));
      tell(frame({ TAG: 'proposal', data: { height, view, digest, opening, proof: undefined, signature } }));
    };

    const gather = (moment: Moment, member: number, heard: Share): void => {
      const { height, view, phase, digest } = heard;
      const own = ownAt(height);
      const mine = digestOf(buildValue(height, view, new Uint8Array(32), own))!;
      if (view === 0 || leader(height, view) !== own || !equalBytes(digest, mine)) return;
      const endorsed = rules.endorsedBytes(scope, contextOf(height), { height, view, phase }, digest);
      const slot = `${height}/${view}/${phase}`;
      const known = shares.get(slot) ?? new Map([[own, { ...heard, signature: moment.sign('endorsement', endorsed) }]]);
      if (known.size >= quorum(n)) return;
      shares.set(slot, known.set(member, heard));
      if (known.size < quorum(n)) return;
      const agreeing = [...known].sort(([a], [b]) => a - b);
      const mask = maskOf(
        agreeing.map(([i]) => i),
        n,
      );
      const certificate = { view, mask, signature: concatBytes(...agreeing.map(([, { signature }]) => signature)) };
      tell(frame({ TAG: 'certified', data: { height, phase, digest, certificate } }));
    };

    return mutateEffects((effects, moment) => {
      if (moment.input.type !== 'message') return effects;
      const { from, bytes } = moment.input;
      const heard = opened(bytes);
      if (heard?.TAG === 'viewChange') open(moment, heard.data.viewChange);
      const share = bytes[0] === 1 ? decodeShare(bytes.subarray(1)) : undefined;
      const member = share === undefined ? -1 : indexOf(contextOf(share.height).committee, from);
      if (share !== undefined && member >= 0) gather(moment, member, share);
      return effects;
    })(machine, adversary);
  };
};

/** The behaviours of a member that lets its confidant decide alone, and then tries to have the others decide otherwise. */
export const whisperers = (target: Target): Readonly<Record<string, Behaviour>> => ({
  whisperer: compose(whisper('commit'), follow(target), doubleEndorser(target)),
  prepareWhisperer: compose(whisper('prepare'), follow(target), doubleEndorser(target)),
  swappingWhisperer: compose(whisper('prepare'), swap, follow(target), doubleEndorser(target)),
  usurpingWhisperer: compose(whisper('commit'), follow(target), usurp(target)),
});
