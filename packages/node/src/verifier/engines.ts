import { type SignedMessage, verify } from '@ios/crypto/ed25519';
import { isValidKey } from '@ios/crypto/edwards25519';
import { type CoreParts, type OpenedCore, openCore } from '../core.ts';
import { acceptsNatively, isNativeTrustworthy } from './native.ts';

/** The ways to look at well-formed claims and keys on one thread; all decide by ZIP215. */
export interface Engines {
  /** Whether all claims hold: a batch costs a fraction of its claims one by one, and does not say which is wrong. */
  all(claims: readonly SignedMessage[]): boolean;
  /** Whether each claim holds, one by one. */
  each(claims: readonly SignedMessage[]): boolean[];
  /** Which keys may own outputs. */
  keys(keys: readonly Uint8Array[]): boolean[];
}

/** Over the WebAssembly core; every batch gets 32 fresh bytes of the system's once it is complete. */
export const coreEngines = ({
  batchVerifier,
  edwards25519,
}: Pick<CoreParts, 'batchVerifier' | 'edwards25519'>): Engines => {
  const holds = ({ signature, message, publicKey }: SignedMessage): boolean =>
    batchVerifier.verifyVartime(signature, message, publicKey);
  return {
    all: (claims) =>
      claims.length === 1
        ? holds(claims[0]!)
        : batchVerifier.verify(claims, globalThis.crypto.getRandomValues(new Uint8Array(32))),
    each: (claims) => claims.map(holds),
    keys: (keys) => keys.map((key) => isValidKey(key, edwards25519)),
  };
};

/** Without WebAssembly: what OpenSSL accepts holds, where it can be trusted, and noble decides the rest some 25 times as slowly. */
export const portableEngines = (native: boolean = isNativeTrustworthy()): Engines => {
  const holds = (claim: SignedMessage): boolean =>
    (native && acceptsNatively(claim)) || verify(claim.signature, claim.message, claim.publicKey);
  return {
    all: (claims) => claims.every(holds),
    each: (claims) => claims.map(holds),
    keys: (keys) => keys.map((key) => isValidKey(key)),
  };
};

/**
 * Those over the core, where there is one that answers as it must. From its first failure on, and for what it failed at,
 * those without it; `onFallback` is told why, once.
 */
export const bestEngines = (
  onFallback: (why: string) => void = () => {},
  open: () => OpenedCore = openCore,
): Engines => {
  const opened = open();
  let engines: Engines;
  const fallBack = (why: string): void => {
    engines = portableEngines();
    onFallback(why);
  };
  if ('core' in opened) engines = coreEngines(opened.core);
  else fallBack(opened.why);

  const guarded =
    <T, R>(use: (engines: Engines, what: T) => R) =>
    (what: T): R => {
      const before = engines;
      try {
        return use(before, what);
      } catch (cause) {
        if (!('core' in opened) || before !== engines) throw cause;
        fallBack(`the WebAssembly core failed: ${cause}`);
        return use(engines, what);
      }
    };
  return {
    all: guarded((those, claims) => those.all(claims)),
    each: guarded((those, claims) => those.each(claims)),
    keys: guarded((those, keys) => those.keys(keys)),
  };
};
