import { taggedHash } from '@ios/crypto/transcript';
import type { DealingContext, PvssScheme } from '@ios/pvss';
import { DrpError } from './errors.ts';

/** A selected dealing with verified shares of it, t of them, by ascending index. */
export interface SharedSecret {
  readonly context: DealingContext;
  readonly dealing: Uint8Array;
  readonly shares: readonly { readonly index: number; readonly share: Uint8Array }[];
}

/**
 * The output of a session: H(tag ‖ session ‖ sum of all selected secrets), 32 bytes. Any t verified shares of each secret give
 * the same.
 * @param secrets - of every selected dealing
 * @throws DrpError `too-few-shares` where one has not t, or there is none
 */
export const recover = (
  { group, recover: recoverSecret }: Pick<PvssScheme, 'group' | 'recover'>,
  secrets: readonly SharedSecret[],
): Uint8Array => {
  const session = secrets[0]?.context.session;
  if (session === undefined || secrets.some(({ context, shares }) => shares.length !== context.threshold))
    throw new DrpError('too-few-shares', 'every selected secret needs exactly t shares');
  const sum = secrets.reduce(
    (total, { context, dealing, shares }) => total.add(group.fromBytes(recoverSecret(context, dealing, shares))),
    group.identity,
  );
  return taggedHash('ios/drp/v1/output', session, sum.toBytes());
};
