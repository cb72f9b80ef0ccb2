import type { Statement } from '../src/dleq.ts';
import type { Group } from '../src/group.ts';

/** A true statement about a secret, over a second base of unknown logarithm. */
export const statementOf = (group: Group, secret: bigint, ...context: number[]): Statement => {
  const h = group.hashToElement('ios/crypto/v1/dleq-test');
  return {
    group,
    tag: 'ios/crypto/v1/dleq-test',
    context: context.map((byte) => Uint8Array.of(byte)),
    bases: [group.base, h],
    values: [group.base.multiply(secret), h.multiply(secret)],
  };
};
