import type { Property } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  type DrpOutput,
  type DrpState,
  dealSession,
  decodeSelection,
  type Epoch,
  layoutOf,
  selectionDigest,
  verifyEvidence,
  verifyTranscript,
} from '../src/index.ts';
import type { Cast } from './cast.ts';
import type { SignedOff } from './sequencer.ts';

type Check = Property<DrpState, DrpOutput>;

/** Looks at each output of an honest server once. */
const eachOutput = (name: string, look: (node: string, value: DrpOutput) => string | undefined): Check => {
  let seen = 0;
  return {
    name,
    check: ({ honestOutputs }) => {
      for (; seen < honestOutputs.length; seen++) {
        const { node, value } = honestOutputs[seen]!;
        const wrong = look(node, value);
        if (wrong !== undefined) return wrong;
      }
      return undefined;
    },
  };
};

/** Faults and evidence name Byzantine servers alone, and evidence holds. */
export const blame = (cast: Cast, guilty: ReadonlySet<string>): Check =>
  eachOutput('blame', (node, value) => {
    if (value.type !== 'fault' && value.type !== 'evidence') return undefined;
    const accused = cast.names[value.server]!;
    const what = value.type === 'fault' ? value.kind : 'two dealings';
    if (!guilty.has(accused)) return `${node} blames ${accused}, which is honest, for ${what}`;
    if (value.type === 'evidence' && !verifyEvidence(value.evidence, cast.isSigned))
      return `${node} holds void evidence`;
    return undefined;
  });

/** All who recover a selection get the same output, and a transcript that holds. */
export const sameOutput = (cast: Cast, epoch: Epoch, excludedOf: (attempt: number) => readonly number[]): Check => {
  const outputs = new Map<string, string>();
  const checked = new Map<string, number>();
  return eachOutput('same output', (node, value) => {
    if (value.type !== 'recovered') return undefined;
    const digest = bytesToHex(value.digest);
    const output = bytesToHex(value.output);
    if ((outputs.get(digest) ?? output) !== output) return `${node} recovers another output`;
    outputs.set(digest, output);
    const count = checked.get(digest) ?? 0;
    checked.set(digest, count + 1);
    // Transcripts differ in the shares that they hold; two of them stand for all.
    if (count >= 2) return undefined;
    const attempt = new DataView(value.transcript.buffer, value.transcript.byteOffset).getUint32(0);
    const verdict = verifyTranscript(value.transcript, {
      ...epoch,
      signOff: cast.signOff,
      signatures: cast.signatures,
      excluded: excludedOf(attempt),
    });
    return verdict.valid ? undefined : `the transcript of ${node} is refused: ${verdict.reason}`;
  });
};

/** An honest client makes one selection of a session, whatever crashes. */
export const oneChoice = (): Check => {
  const made = new Map<string, string>();
  return eachOutput('one choice', (node, value) => {
    if (value.type !== 'selection') return undefined;
    const key = `${node}/${bytesToHex(value.id)}`;
    const selection = bytesToHex(value.selection);
    if ((made.get(key) ?? selection) !== selection) return `${node} made two selections of one session`;
    made.set(key, selection);
    return undefined;
  });
};

/** What secrets are used for, and what a coalition of all Byzantine servers can know. */
export class SecretWatch {
  readonly #cast: Cast;
  readonly #epoch: Epoch;
  readonly #guilty: ReadonlySet<string>;
  readonly #signedOff = new Map<string, SignedOff>();
  readonly #attempts = new Map<number, string>();
  /** By honest server and attempt: what it has decrypted. */
  readonly #decrypted = new Map<string, string>();
  /** By session and dealer: how many honest servers have decrypted it. */
  readonly #shares = new Map<string, number>();
  readonly #dealt = new Map<string, string>();
  readonly #violations = new Map<string, string>();

  constructor(cast: Cast, epoch: Epoch, guilty: ReadonlySet<string>) {
    this.#cast = cast;
    this.#epoch = epoch;
    this.#guilty = guilty;
  }

  readonly #names = ['one sign-off', 'sign-off first', 'one decryption', 'unforeseeable', 'verified', 'one dealing'];

  get properties(): Check[] {
    return this.#names.map((name) => ({ name, check: () => this.#violations.get(name) }));
  }

  /** The host of an honest server answers with a dealing. */
  dealt(node: string, request: Uint8Array, signedDealing: Uint8Array): void {
    const key = `${node}/${bytesToHex(dealSession(request))}`;
    const dealing = bytesToHex(signedDealing);
    if ((this.#dealt.get(key) ?? dealing) !== dealing) this.#violations.set('one dealing', `${node} dealt twice`);
    this.#dealt.set(key, dealing);
  }

  /** The host of an honest server has decrypted shares of a selection. */
  decrypted(node: string, selection: Uint8Array): void {
    const digest = bytesToHex(selectionDigest(selection));
    const decision = this.#signedOff.get(digest);
    if (decision === undefined) {
      this.#violations.set('sign-off first', `${node} decrypts what was not signed off`);
      return;
    }
    const { attempt } = decision.session;
    const key = `${node}/${attempt}`;
    if ((this.#decrypted.get(key) ?? digest) !== digest)
      this.#violations.set('one decryption', `${node} decrypts two selections of attempt ${attempt}`);
    this.#decrypted.set(key, digest);
    const layout = layoutOf(this.#epoch, decision.session);
    const { group } = layout.seats[this.#cast.names.indexOf(node)]!;
    for (const entry of decodeSelection(selection)!.entries) {
      if (entry.group !== group) continue;
      const dealing = bytesToHex(entry.digest);
      this.#shares.set(dealing, (this.#shares.get(dealing) ?? 0) + 1);
    }
  }

  /** A selection is signed off: nobody may know its output yet, and all that is in it must be good. */
  signedOff(value: SignedOff, bytesOf: (digest: string) => Uint8Array | undefined): void {
    const { attempt } = value.session;
    if ((this.#attempts.get(attempt) ?? value.digest) !== value.digest)
      this.#violations.set('one sign-off', `two selections of attempt ${attempt} are signed off`);
    this.#attempts.set(attempt, value.digest);
    this.#signedOff.set(value.digest, value);
    const layout = layoutOf(this.#epoch, value.session);
    const selection = decodeSelection(value.selection)!;
    const isKnown = (dealer: number, digest: Uint8Array): boolean => {
      const { members, threshold } = layout.groups[layout.seats[dealer]!.group]!;
      const friends = members.filter((member) => this.#guilty.has(this.#cast.names[member]!)).length;
      const shares = friends + (this.#shares.get(bytesToHex(digest)) ?? 0);
      return this.#guilty.has(this.#cast.names[dealer]!) || shares >= threshold;
    };
    if (selection.entries.every(({ dealer, digest }) => isKnown(dealer, digest)))
      this.#violations.set('unforeseeable', `the output of attempt ${attempt} is known before it is signed off`);
    for (const { dealer, digest } of selection.entries) {
      const bytes = bytesOf(bytesToHex(digest));
      if (bytes === undefined || !this.#cast.scheme.verifyDealing(layout.contexts[dealer]!, bytes.slice(0, -64)))
        this.#violations.set('verified', `a dealing of ${dealer} is signed off and is not good`);
    }
  }
}
