import { type Element, elementCoder, type Group } from '@ios/crypto/group';
import { equalBytes, numberToBytesBE } from '@noble/curves/utils.js';
import * as P from 'micro-packed';

/** An integer from 0 to 2^32 - 1 as four bytes, big-endian. */
export const u32 = (value: number): Uint8Array => numberToBytesBE(value, 4);

/** The element that bytes encode, if they do. */
export const decodeElement = (group: Group, bytes: Uint8Array): Element | undefined =>
  decodeExactly(elementCoder(group), group.elementLength, bytes);

/** A coder for an element other than the identity. */
export const properElement = (group: Group): P.CoderType<Element> => {
  const identity = group.identity.toBytes();
  return P.validate(elementCoder(group), (element) => {
    if (equalBytes(element.toBytes(), identity)) throw new Error('the identity stands for nothing');
    return element;
  });
};

/** What bytes of one possible length encode; undefined for another length, without a look at them, and for bad ones. */
export const decodeExactly = <T>(coder: P.CoderType<T>, length: number, bytes: Uint8Array): T | undefined => {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) return undefined;
  try {
    return coder.decode(bytes);
  } catch {
    return undefined;
  }
};
