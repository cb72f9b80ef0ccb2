import * as P from 'micro-packed';
import type { Element, Group } from '../group.ts';
import { decodeScalar, encodeScalar, scalarLength } from './scalar.ts';

/** A micro-packed coder for an element in its one encoding, to build wire formats from. */
export const elementCoder = (group: Group): P.CoderType<Element> =>
  P.apply(P.bytes(group.elementLength), {
    encode: (bytes) => group.fromBytes(bytes),
    decode: (element) => element.toBytes(),
  });

/** A micro-packed coder for a scalar below `order` in its one encoding, to build wire formats from. */
export const scalarCoder = (order: bigint): P.CoderType<bigint> =>
  P.apply(P.bytes(scalarLength(order)), {
    encode: (bytes) => decodeScalar(order, bytes),
    decode: (scalar) => encodeScalar(order, scalar),
  });
