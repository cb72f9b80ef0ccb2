import type { Ecvrf } from '@ios/vrf-sortition';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';

/**
 * Verification and hash of tickets, each computed once while it is among the last `limit`: a ticket comes by itself and in
 * view-changes and proposals of up to three views at two heights, and who leads a view is asked at each step. A proof that was
 * found to hold has told its hash too.
 */
export const rememberTickets = (
  vrf: Pick<Ecvrf, 'verify' | 'proofToHash'>,
  limit: number,
): Pick<Ecvrf, 'verify' | 'proofToHash'> => {
  const verdicts = new Map<string, Uint8Array | undefined>();
  const hashes = new Map<string, Uint8Array | undefined>();
  const once = (
    known: Map<string, Uint8Array | undefined>,
    name: string,
    compute: () => Uint8Array | undefined,
  ): Uint8Array | undefined => {
    if (known.has(name)) return known.get(name);
    return remember(known, name, compute(), limit);
  };
  return {
    verify: (publicKey, alpha, pi) =>
      once(verdicts, bytesToHex(concatBytes(publicKey, alpha, pi)), () => {
        const hash = vrf.verify(publicKey, alpha, pi);
        if (hash !== undefined) remember(hashes, bytesToHex(pi), hash, limit);
        return hash;
      }),
    proofToHash: (pi) => once(hashes, bytesToHex(pi), () => vrf.proofToHash(pi)),
  };
};

/** Keeps a value, in place of the oldest where there are `limit`. */
const remember = <T>(known: Map<string, T>, name: string, value: T, limit: number): T => {
  if (known.size >= limit && !known.has(name)) known.delete(known.keys().next().value!);
  known.set(name, value);
  return value;
};
