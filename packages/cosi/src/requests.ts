import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import { listCoder } from './entry.ts';
import { CosiError } from './errors.ts';
import type { Effect } from './host.ts';
import type { Entry } from './scheme.ts';
import type { Signer } from './signer.ts';

/** What a cosigner asks of the cosigning key to answer a list. */
export interface RespondRequest {
  readonly session: Uint8Array;
  /** The number of the entry that stands in the list, u32. */
  readonly attempt: number;
  readonly message: Uint8Array;
  readonly list: readonly Entry[];
}

const commitRequest = /* @__PURE__ */ P.struct({ session: P.bytes(32), attempt: P.U32BE });
const respondRequest = /* @__PURE__ */ P.struct({
  session: P.bytes(32),
  attempt: P.U32BE,
  message: P.bytes(P.U16BE),
  list: listCoder,
});

/** The message of a `commit` effect, 36 bytes. */
export const encodeCommitRequest = (session: Uint8Array, attempt: number): Uint8Array =>
  commitRequest.encode({ session, attempt });

/** The message of a `respond` effect. */
export const encodeRespondRequest = (request: RespondRequest): Uint8Array => respondRequest.encode(request);

/** What a `respond` effect asks for. @throws Error for bytes that no cosigner made */
export const decodeRespondRequest = (bytes: Uint8Array): RespondRequest => respondRequest.decode(bytes);

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/**
 * Serves the `commit`, `respond` and `erase` requests of a cosigner with the capability that holds its key.
 * @returns D ‖ E ‖ signature of the entry, 128 bytes, for `commit`; s, 32 bytes, for `respond`; nothing for `erase`, and
 *   nothing where the signer refuses
 * @throws CosiError `bad-length` for another kind or bytes that no cosigner made
 */
export const answerRequest = (
  signer: Signer,
  { kind, message }: Pick<Extract<Effect<never>, { type: 'sign' }>, 'kind' | 'message'>,
): Uint8Array => {
  try {
    if (kind === 'commit') {
      const { session, attempt } = commitRequest.decode(message);
      const { D, E, signature } = signer.commit(session, attempt);
      return concatBytes(D, E, signature);
    }
    if (kind === 'respond') return signer.respond(decodeRespondRequest(message));
    if (kind === 'erase') {
      signer.close(message);
      return NOTHING;
    }
  } catch (error) {
    if (error instanceof CosiError) return NOTHING;
    throw new CosiError('bad-length', `this is no request to ${kind}`);
  }
  throw new CosiError('bad-length', `the identity key signs ${kind}, not the cosigning key`);
};
