import type { DealingContext, PvssScheme } from '@ios/pvss';
import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { SignOff } from './config.ts';
import { dealingDigest, dealingStatement, splitDealing } from './dealing.ts';
import { DrpError } from './errors.ts';
import type { SignKind } from './host.ts';
import { decodeSelection, selectionDigest } from './selection.ts';

/** What the share key is asked for once a selection is signed off. */
export interface DecryptRequest {
  /** The encoded selection. */
  readonly selection: Uint8Array;
  readonly proof: Uint8Array;
  /** t of the group. */
  readonly threshold: number;
  /** Share keys of the group. */
  readonly publicKeys: readonly Uint8Array[];
  /** Place of this server in the group. */
  readonly index: number;
  /** Each selected dealing of the group, in the order of the selection. */
  readonly items: readonly { readonly dealer: Uint8Array; readonly signedDealing: Uint8Array }[];
}

const context: P.CoderType<DealingContext> = /* @__PURE__ */ P.struct({
  session: P.bytes(32),
  dealer: P.bytes(32),
  threshold: P.U16BE,
  publicKeys: P.array(P.U16BE, P.bytes(P.U8)),
}) as unknown as P.CoderType<DealingContext>;

const decryptRequest: P.CoderType<DecryptRequest> = /* @__PURE__ */ P.struct({
  selection: P.bytes(P.U32BE),
  proof: P.bytes(P.U32BE),
  threshold: P.U16BE,
  publicKeys: P.array(P.U16BE, P.bytes(P.U8)),
  index: P.U16BE,
  items: P.array(P.U16BE, P.struct({ dealer: P.bytes(32), signedDealing: P.bytes(P.U32BE) })),
}) as unknown as P.CoderType<DecryptRequest>;

/** The message of a `deal` effect: what the dealing is bound to, its session in the first 32 bytes. */
export const encodeDealRequest = (value: DealingContext): Uint8Array => context.encode(value);

/** The session of a `deal` effect, 32 bytes: the key under which a host stores the answer. */
export const dealSession = (message: Uint8Array): Uint8Array => message.slice(0, 32);

/** The message of a `decrypt` effect. */
export const encodeDecryptRequest = (value: DecryptRequest): Uint8Array => decryptRequest.encode(value);

/** What a `decrypt` effect asks for. @throws DrpError `bad-request` for bytes that no machine made */
export const decodeDecryptRequest = (message: Uint8Array): DecryptRequest => decode(decryptRequest, message);

/** A server's secrets, and what they are used with. */
export interface Secrets {
  readonly scheme: PvssScheme;
  /** Secret of the share key. */
  readonly shareKey: bigint;
  /** Signs 32 bytes with the identity key, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  readonly signOff: SignOff;
  /** Random bytes; WebCrypto's when left out. */
  readonly rng?: (length: number) => Uint8Array;
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/**
 * Serves the `sign` effects of the machine with a server's secrets.
 *
 * A `deal` is answered by a new dealing each time: **the caller stores the answer by `dealSession` before it gives it, and
 * gives the stored one for ever.** A `decrypt` is answered only if the proof signs off the selection and the dealings are
 * exactly those that stand in it.
 * @returns the signed dealing for `deal`; the shares one after another for `decrypt`, nothing where it is refused
 * @throws DrpError `bad-request` for bytes that no machine made
 */
export const answerRequest = (
  secrets: Secrets,
  { kind, message }: { readonly kind: SignKind; readonly message: Uint8Array },
): Uint8Array => (kind === 'deal' ? deal(secrets, message) : decrypt(secrets, message));

const deal = ({ scheme, sign, rng }: Secrets, message: Uint8Array): Uint8Array => {
  const bound = decode(context, message);
  const dealing = scheme.deal(bound, rng);
  return concatBytes(dealing, sign(dealingStatement(bound.session, bound.dealer, dealing)));
};

const decrypt = ({ scheme, shareKey, signOff, rng }: Secrets, message: Uint8Array): Uint8Array => {
  const { selection, proof, threshold, publicKeys, index, items } = decodeDecryptRequest(message);
  const decoded = decodeSelection(selection);
  if (decoded === undefined || !signOff.verify(proof, selectionDigest(selection))) return NOTHING;
  const { session, entries } = decoded;
  const selected = new Set(entries.map(({ digest }) => digest.join()));
  const shares: Uint8Array[] = [];
  for (const { dealer, signedDealing } of items) {
    if (!selected.has(dealingDigest(signedDealing).join())) return NOTHING;
    const bound = { session, dealer, threshold, publicKeys };
    shares.push(scheme.decryptShare(bound, splitDealing(signedDealing).dealing, index, shareKey, rng));
  }
  return concatBytes(...shares);
};

const decode = <T>(coder: P.CoderType<T>, message: Uint8Array): T => {
  try {
    return coder.decode(message);
  } catch (cause) {
    throw new DrpError('bad-request', 'no machine made this request', {}, { cause });
  }
};
