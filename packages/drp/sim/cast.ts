import type { BatchVerifier } from '@ios/crypto/ed25519';
import type { Rng } from '@ios/crypto/group';
import { schnorrGroup62 } from '@ios/crypto/testing';
import { taggedHash } from '@ios/crypto/transcript';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { createSchoenmakersPvss, type PvssScheme } from '@ios/pvss';
import { bytesToNumberBE, equalBytes, numberToBytesBE } from '@noble/curves/utils.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import type { Server } from '../src/index.ts';
import { createFakeSignOff } from '../src/testing.ts';

/** A server with its secrets. Identities are hashes, and what they sign is a hash as well: simulations are not about Ed25519. */
export interface Player {
  readonly server: Server;
  readonly shareKey: bigint;
  sign(message: Uint8Array): Uint8Array;
}

/** Players of one network. */
export interface Cast {
  readonly scheme: PvssScheme;
  readonly players: readonly Player[];
  readonly roster: readonly Server[];
  /** Their names: identities in hex. */
  readonly names: readonly string[];
  readonly signatures: BatchVerifier;
  isSigned(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
  readonly signOff: ReturnType<typeof createFakeSignOff>;
}

/** Over a group of 62 bits: fast, and without any security. */
export const fastScheme: PvssScheme = createSchoenmakersPvss({ group: schnorrGroup62 });

/** Over ristretto255 in WebAssembly. */
export const realScheme = (): PvssScheme => createSchoenmakersPvss({ group: createCurve25519().ristretto255 });

/** n players, by ascending identity. */
export const castOf = (n: number, scheme: PvssScheme = fastScheme): Cast => {
  const players = Array.from({ length: n }, (_, i) => playerOf(i, scheme)).sort((a, b) =>
    bytesToNumberBE(a.server.identity) < bytesToNumberBE(b.server.identity) ? -1 : 1,
  );
  const roster = players.map(({ server }) => server);
  const secrets = new Map(players.map(({ server, sign }) => [bytesToHex(server.identity), sign]));
  const isSigned: Cast['isSigned'] = (signature, message, publicKey) => {
    const expected = secrets.get(bytesToHex(publicKey))?.(message);
    return expected !== undefined && equalBytes(expected, signature);
  };
  return {
    scheme,
    players,
    roster,
    names: roster.map(({ identity }) => bytesToHex(identity)),
    signatures: { verify: (batch) => batch.every((one) => isSigned(one.signature, one.message, one.publicKey)) },
    isSigned,
    signOff: createFakeSignOff(Uint8Array.of(n)),
  };
};

const playerOf = (number: number, scheme: PvssScheme): Player => {
  const secret = numberToBytesBE(number, 32);
  const identity = taggedHash('ios/drp-simulation/v1/identity', secret);
  const shareKey = scheme.generateKey(rngOf(secret));
  const half = (message: Uint8Array, part: number): Uint8Array =>
    taggedHash('ios/drp-simulation/v1/signature', secret, message, Uint8Array.of(part));
  return {
    server: { identity, share: scheme.publicKey(shareKey) },
    shareKey,
    sign: (message) => concatBytes(half(message, 0), half(message, 1)),
  };
};

/** A stream of bytes that a seed gives. */
export const rngOf = (seed: Uint8Array): Rng => {
  let count = 0;
  return (length) => {
    const parts = Array.from({ length: Math.ceil(length / 32) }, () =>
      taggedHash('ios/drp-simulation/v1/rng', seed, numberToBytesBE(count++, 4)),
    );
    return concatBytes(...parts).slice(0, length);
  };
};
