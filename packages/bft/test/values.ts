import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Certificate, Claim, Decision, HeightContext, Phase, Scope, ViewChange } from '../src/index.ts';
import { endorsedBytes, maskOf } from '../src/index.ts';
import { encodeUnsigned, fakeSign, type Message, proposalBytes, type Share, viewChangeBytes } from '../src/testing.ts';

export const scope: Scope = { chain: new Uint8Array(32).fill(9), instance: 'shard/0' };
export const keyOf = (member: number): Uint8Array => new Uint8Array(32).fill(member + 1);
export const nameOf = (member: number): string => `v${member}`;

/** A height's context with a committee of `n`: member i is called v<i>. */
export const contextOf = (n: number, epoch = 0): HeightContext => ({
  epoch,
  stepEntry: new Uint8Array(32),
  committee: Array.from({ length: n }, (_, i) => ({ peer: nameOf(i), key: keyOf(i) })),
});

/** A value of the tests, 8 bytes that begin with 0x76; everything else has no digest. */
export const bytesOf = (n: number): Uint8Array => Uint8Array.of(0x76, 0, 0, 0, 0, 0, 0, n);

/** The digest of a value, undefined for other bytes. */
export const digestOf = (value: Uint8Array): Uint8Array | undefined =>
  value.length === 8 && value[0] === 0x76 ? sha256(value) : undefined;

export const digest = (n: number): Uint8Array => digestOf(bytesOf(n))!;

/** What members of a committee say, signed: everything that a replica can hear from the others. */
export class Committee {
  readonly context: HeightContext;
  readonly within: Scope;
  readonly height: number;
  constructor(context: HeightContext = contextOf(4), within: Scope = scope, height = 1) {
    this.context = context;
    this.within = within;
    this.height = height;
  }

  at(height: number): Committee {
    return new Committee(this.context, this.within, height);
  }

  proposal(
    leader: number,
    value: number | Uint8Array,
    { view = 0, opening = [], proof }: { view?: number; opening?: readonly ViewChange[]; proof?: Certificate } = {},
  ): Extract<Message, { TAG: 'proposal' }> {
    const { height } = this;
    const of = typeof value === 'number' ? digest(value) : value;
    const signature = fakeSign(proposalBytes(this.within, this.context, height, view, of), keyOf(leader));
    return { TAG: 'proposal', data: { height, view, digest: of, opening, proof, signature } };
  }

  viewChange(member: number, view: number, prepared?: Claim, attachment = new Uint8Array(0)): ViewChange {
    const bare = { height: this.height, view, member, prepared, attachment };
    const bytes = viewChangeBytes(this.within, this.context, this.height, view, encodeUnsigned(bare));
    return { ...bare, signature: fakeSign(bytes, keyOf(member)) };
  }

  /** A view-change as it is sent, claiming that `prepared` was prepared, with its certificate. */
  moves(
    member: number,
    view: number,
    prepared?: { view: number; value: number },
  ): Extract<Message, { TAG: 'viewChange' }> {
    if (prepared === undefined)
      return { TAG: 'viewChange', data: { viewChange: this.viewChange(member, view), proof: undefined } };
    const claim = { view: prepared.view, digest: digest(prepared.value) };
    const proof = this.certificate('prepare', prepared.value, { view: prepared.view });
    return { TAG: 'viewChange', data: { viewChange: this.viewChange(member, view, claim), proof } };
  }

  share(member: number, phase: Phase, value: number, view = 0): Share {
    const { height } = this;
    const slot = { height, view, phase };
    const signature = fakeSign(endorsedBytes(this.within, this.context, slot, digest(value)), keyOf(member));
    return { ...slot, digest: digest(value), signature };
  }

  certificate(
    phase: Phase,
    value: number,
    { view = 0, members = [1, 2, 3] }: { view?: number; members?: readonly number[] } = {},
  ): Certificate {
    const signatures = members.map((member) => this.share(member, phase, value, view).signature);
    return { view, mask: maskOf(members, this.context.committee.length), signature: concatBytes(...signatures) };
  }

  certified(
    phase: Phase,
    value: number,
    options: { view?: number; members?: readonly number[] } = {},
  ): Extract<Message, { TAG: 'certified' }> {
    const certificate = this.certificate(phase, value, options);
    return { TAG: 'certified', data: { height: this.height, phase, digest: digest(value), certificate } };
  }

  decision(value: number, members: readonly number[] = [1, 2, 3]): Decision {
    const certificate = this.certificate('commit', value, { members });
    return { height: this.height, digest: digest(value), certificate, value: bytesOf(value) };
  }

  value(value: number): Extract<Message, { TAG: 'value' }> {
    return { TAG: 'value', data: { value: bytesOf(value) } };
  }
}
