/**
 * Ed25519 verification against libsodium, compiled for this processor (its binding's own binary), interleaved in one
 * process. libsodium decides by a stricter rule than ZIP215, and has no batches: its figure is that of one signature.
 */
import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { crypto_sign_verify_detached as sodiumVerify } from 'sodium-native';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { medians } from '../../../scripts/lib/medians.ts';
import { createCurve25519 } from '../src/index.ts';

const SIZES = [1, 16, 64, 128, 256, 1024] as const;

/** Microseconds of processor time a signature, messages of 32 bytes under 64 keys: medians of seven rounds. */
export async function bench(): Promise<BenchRow[]> {
  const { batchVerifier } = createCurve25519();
  const fresh = new Uint8Array(32).fill(7);
  const signed = Array.from({ length: 1024 }, (_, i) => {
    const seed = new Uint8Array(32).fill((i % 64) + 1);
    const message = Uint8Array.from({ length: 32 }, (_, j) => (i >> (j & 7)) & 0xff);
    return { publicKey: getPublicKey(seed), message, signature: sign(message, seed) };
  });
  let turn = 0;
  const next = (): (typeof signed)[number] => signed[turn++ % signed.length]!;
  const insist = (holds: boolean): void => {
    if (!holds) throw new Error('a signature that holds was refused');
  };
  const verifyOne = (): void => {
    const { signature, message, publicKey } = next();
    insist(batchVerifier.verifyVartime(signature, message, publicKey));
  };
  const verifyMany = (size: number) => (): void => insist(batchVerifier.verify(signed.slice(0, size), fresh));
  const times = medians(
    {
      sodium: () => {
        const { signature, message, publicKey } = next();
        insist(sodiumVerify(signature, message, publicKey));
      },
      ...Object.fromEntries(SIZES.map((size) => [`${size}`, size === 1 ? verifyOne : verifyMany(size)])),
    } as Readonly<Record<'sodium' | `${(typeof SIZES)[number]}`, () => void>>,
    { rounds: 7, warmUp: 2, slice: 50 },
  );
  const theirs = times.sodium * 1000;
  return SIZES.map((size) => {
    const ours = (times[`${size}`] * 1000) / size;
    const what = size === 1 ? 'Ed25519, verify one' : `Ed25519, of a batch of ${size}, each`;
    return { what, unit: 'µs', ours, peer: 'libsodium, one', theirs, ratio: theirs / ours };
  });
}
