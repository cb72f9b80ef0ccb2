import { isValidKey } from '@ios/crypto/edwards25519';
import { type Curve25519, createCurve25519 } from '@ios/curve25519-wasm';
import { knownBad, knownGood, knownKeys, knownNoKeys, unweighted } from './known-answers.ts';

/** The parts of the core that verify. */
export type Verifying = Pick<Curve25519, 'batchVerifier' | 'edwards25519'>;

/** The WebAssembly core, or why there is none to be used. */
export type OpenedCore = { readonly core: Curve25519 } | { readonly why: string };

/** A new core that gave the known answers; a stray engine must not decide for the network. */
export const openCore = (create: () => Curve25519 = createCurve25519): OpenedCore => {
  try {
    const core = create();
    return judgesRight(core) ? { core } : { why: 'the WebAssembly core gives wrong answers on this machine' };
  } catch (cause) {
    return { why: cause instanceof Error ? cause.message : String(cause) };
  }
};

/** Whether a core judges the known signatures right, one by one and in batches, and the known keys. */
export const judgesRight = ({ batchVerifier, edwards25519 }: Verifying): boolean => {
  // The answers are known beforehand: nobody can have chosen them to suit these weights.
  const weights = new Uint8Array(32).fill(1);
  const holds = ({ signature, message, publicKey }: (typeof knownGood)[number]): boolean =>
    batchVerifier.verifyVartime(signature, message, publicKey);
  return (
    knownGood.every(holds) &&
    !knownBad.some(holds) &&
    batchVerifier.verify(knownGood, weights) &&
    knownBad.every((one) => !batchVerifier.verify([...knownGood, one], weights)) &&
    !batchVerifier.verify(unweighted, weights) &&
    knownKeys.every((key) => isValidKey(key, edwards25519)) &&
    !knownNoKeys.some((key) => isValidKey(key, edwards25519))
  );
};
