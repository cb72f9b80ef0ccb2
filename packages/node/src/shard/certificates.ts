import {
  type Certificate,
  type Collector,
  type Committee,
  type Scope,
  type ShareKind,
  type SignatureClaim,
  signatureClaims,
  signatureListCollector,
} from '@ios/bft';
import {
  answerRequest,
  type Curve,
  createCosi,
  type MemberOutput,
  type Roster,
  type Signer,
  signatureClaim,
  type Timeouts,
} from '@ios/cosi';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { cosiCollector } from './cosi-collector.ts';

/** How the endorsements of a shard become certificates. */
export interface Certificates {
  /** The Ed25519 signatures that a certificate stands for, or undefined where it cannot hold. */
  claims(certificate: Certificate, endorsed: Uint8Array, committee: Committee): readonly SignatureClaim[] | undefined;
  /** The machine that makes them at one replica. */
  collector(scope: Scope, self: string): Collector<unknown>;
  /** Answers that machine's uses of a secret of its own. */
  sign(kind: ShareKind, message: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

/** Certificates that list the members' signatures: no key but the identity key, 64 bytes a member. */
export const listedCertificates: Certificates = {
  claims: signatureClaims,
  collector: (scope, self) => signatureListCollector({ scope, self }),
  sign: (kind) => {
    throw new Error(`a list of signatures has no ${kind}`);
  },
};

/** What {@link collectiveCertificates} are made of. */
export interface CollectiveOptions {
  /** The cosigning keys of the one committee that there is, in its order. */
  readonly roster: Roster;
  /** The cosigning key, which a member has and an observer has not. */
  readonly signer: Signer | undefined;
  /** Signs what cosigners send each other. */
  readonly sign: (message: Uint8Array, kind: ShareKind) => Promise<Uint8Array> | Uint8Array;
  readonly timeouts: Timeouts;
  /** Of which the roster was made: noble's by default. */
  readonly curve?: Curve;
  /** Sees what the machine says of its sessions. */
  readonly observe?: (output: MemberOutput) => void;
}

/** Children of a node of the signing tree: committees of nine or fewer are stars. */
const BRANCHING = 8;

/** Certificates that are collective signatures: 64 bytes, whatever the size of the committee. */
export const collectiveCertificates = ({
  roster,
  signer,
  sign,
  curve = edwards25519,
  ...collector
}: CollectiveOptions): Certificates => ({
  claims: ({ mask, signature }, endorsed) => {
    const claim = signatureClaim(roster, mask, endorsed, signature);
    return claim === undefined ? undefined : [claim];
  },
  collector: (scope, self) =>
    cosiCollector({
      scope,
      self,
      scheme: createCosi({ curve }),
      rosterOf: () => roster,
      branching: BRANCHING,
      ...collector,
    }),
  sign: (kind, message) => {
    const use = kind.slice('share/'.length);
    if (use !== 'commit' && use !== 'respond' && use !== 'erase') return sign(message, kind);
    if (signer === undefined) throw new Error('an observer has nothing to sign');
    return answerRequest(signer, { kind: use, message });
  },
});

/**
 * The waits of a committee that tolerates `faults`, from the time that view 0 of a height has: the f + 1 attempts that the
 * two phases take at most fit into it, though each time all but the quorum are silent.
 */
export const signingTimeouts = (baseTimeoutMs: number, faults: number): Timeouts => {
  const part = Math.max(1, Math.floor(baseTimeoutMs / (4 * (faults + 4))));
  return { relay: Math.max(1, part >> 2), ask: part, commit: part, respond: part, session: baseTimeoutMs };
};
