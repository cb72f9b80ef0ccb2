/**
 * What one session of the machines costs on the network by the shape of the tree, and how long it takes where every link
 * has a latency of 50 ms. Simulated is this latency alone: no processor time, no bandwidth, nobody absent. The cosigners
 * compute over the group without secrets, which has the sizes of edwards25519.
 */
import { type Machine, simulate } from '@ios/simulator';
import { concatBytes, numberToBytesLE } from '@noble/curves/utils.js';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { castOf } from '../sim/roster.ts';
import { scalarsOf } from '../src/challenge.ts';
import {
  decodeMessage,
  type Entry,
  entryMessage,
  heightOf,
  type Input,
  type MemberCommand,
  type MemberOutput,
  type MemberState,
  type Message,
  quorum,
  type SignKind,
  type Statement,
} from '../src/index.ts';
import { assembleMember, fakeCosi, fakeCurve, fakeSign, fakeVerify, soundRules } from '../src/testing.ts';

/** Milliseconds of one link, one way. */
const LINK = 50;

interface Cost {
  readonly depth: number;
  readonly ms: number;
  readonly messages: number;
  readonly bytes: number;
  /** Sent and received by the coordinator. */
  readonly atCoordinator: number;
}

const session = new Uint8Array(32).fill(1);
const message = new Uint8Array(32).fill(2);

/** One session of n cosigners that are all there, announced by cosigner 0. */
const run = (n: number, branching: number): Cost => {
  const cast = castOf(n);
  let messages = 0;
  let bytes = 0;
  let atCoordinator = 0;
  let ms = 0;
  const decoded = new WeakMap<Uint8Array, { readonly message: Message | undefined }>();
  const decode = (told: Uint8Array): Message | undefined => {
    const known = decoded.get(told) ?? { message: decodeMessage(told) };
    decoded.set(told, known);
    return known.message;
  };
  const timeouts = { relay: 60_000, ask: 60_000, commit: 60_000, respond: 60_000, session: 600_000 };
  const limits = { messageBytes: 64, payloadBytes: 64, sessions: 4, relayed: 4, attempts: 1, entries: 1 };
  const policy = quorum(n);
  const common = { roster: cast.roster, peers: cast.names, branching, scheme: fakeCosi, policy, timeouts, limits };
  const nonceOf = (index: number): readonly [bigint, bigint] => [BigInt(index) * 3n + 1n, BigInt(index) * 5n + 2n];

  // One challenge for all, in place of one for each signer: what is measured is the network.
  let challenge: ReturnType<typeof fakeCosi.challenge>;
  const respond = (index: number): Uint8Array => {
    if (challenge === undefined) throw new Error('no list was sent');
    const { b, c } = scalarsOf(fakeCurve, cast.roster, challenge);
    const [d, e] = nonceOf(index);
    return numberToBytesLE((d + b * e + c * cast.secretOf(index)) % fakeCurve.order, 32);
  };
  const commit = (index: number): Uint8Array => {
    const [D, E] = nonceOf(index).map((nonce) => fakeCurve.multiplyBase(nonce).toBytes()) as [Uint8Array, Uint8Array];
    return concatBytes(D, E, fakeSign(entryMessage(session, 0, { index, D, E }), cast.identityOf(index)));
  };
  const counted = (name: string): Machine<MemberState, MemberCommand, MemberOutput, Statement, Uint8Array> => {
    const index = cast.names.indexOf(name);
    const inner = assembleMember({ ...common, self: index }, { ...soundRules, decode });
    return {
      init: inner.init,
      step: (state, input) => {
        const step = inner.step(state, input as Input<MemberCommand>);
        for (const effect of step.effects) {
          if (effect.type !== 'send') continue;
          messages++;
          bytes += effect.bytes.length;
          if (index === 0 || effect.to === 'c0') atCoordinator += effect.bytes.length;
          if (index === 0 && challenge === undefined) challenge = challengeOf(decode(effect.bytes));
        }
        return step;
      },
    };
  };
  const challengeOf = (told: Message | undefined): ReturnType<typeof fakeCosi.challenge> =>
    told?.TAG === 'list' ? fakeCosi.challenge(cast.roster, message, told.data.list as readonly Entry[]) : undefined;
  const indices = new Map(cast.names.map((name, index) => [name, index]));

  const report = simulate<MemberState, MemberCommand, MemberOutput, Statement, Uint8Array>({
    seed: 1,
    nodes: cast.names,
    machine: counted,
    services: {
      verify: ({ signatures }) =>
        signatures.every((claim) => fakeVerify(claim.signature, claim.message, claim.publicKey)),
      sign: (node, kind, text) => {
        const index = indices.get(node)!;
        if ((kind as SignKind) === 'commit') return commit(index);
        return (kind as SignKind) === 'respond' ? respond(index) : fakeSign(text, cast.identityOf(index));
      },
    },
    network: { latency: { type: 'fixed', ms: LINK } },
    latency: {
      verify: { type: 'fixed', ms: 0 },
      sign: { type: 'fixed', ms: 0 },
      random: { type: 'fixed', ms: 0 },
    },
    begin: (api) => api.at(0, () => api.command('c0', { type: 'begin', session, message, payload: new Uint8Array(0) })),
    onOutput: (node, value, api) => {
      if (value.type === 'announced')
        api.command(node, { type: 'open', session, coordinator: value.coordinator, message: value.message });
      if (value.type === 'signed') ms = api.now();
    },
    done: () => ms > 0,
    until: 60_000,
  });
  if (!report.ok || ms === 0) throw new Error(report.violation ?? 'no signature');
  return { depth: heightOf({ n, root: 0, branching }, 0), ms, messages, bytes, atCoordinator };
};

/** How many cosigners there are, and how many children a node of the tree has at most. */
export interface Shape {
  readonly n: number;
  readonly branching: number;
}

/** The figures of one session by the shape of its tree. */
export const rows = ({ n, branching }: Shape, report: (line: string) => void): BenchRow[] => {
  const { depth, ms, messages, bytes, atCoordinator } = run(n, branching);
  const shape = `n = ${n}, branching ${branching}, depth ${depth}`;
  report(shape);
  if (ms !== 4 * depth * LINK) throw new Error(`${shape}: ${ms} ms, not four ways through the tree`);
  return [
    { what: `${shape}: network latency with links of ${LINK} ms`, unit: 'ms', ours: ms },
    { what: `${shape}: messages`, unit: 'messages', ours: messages },
    { what: `${shape}: bytes in all`, unit: 'kB', ours: Math.round(bytes / 100) / 10 },
    { what: `${shape}: bytes at the coordinator`, unit: 'kB', ours: Math.round(atCoordinator / 100) / 10 },
  ];
};
