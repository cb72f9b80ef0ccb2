import { createCurve25519 } from '@ios/curve25519-wasm';

export const example = (): string[] => {
  const { ristretto255, batchVerifier, hasher } = createCurve25519();
  const lines: string[] = [];

  // A sum of public multiples, which could as well be computed one by one.
  const g = ristretto255.base;
  const h = ristretto255.hashToElement('ios/example/v1/second-base');
  const sum = ristretto255.multiScalarMultiply([g, h], [2n, 3n]);
  lines.push(`the sum is right: ${sum.equals(g.add(g).add(h.multiply(3n)))}`);

  // Test 1 of RFC 8032 twice, and once with another message.
  const publicKey = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  const signature = fromHex(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
      '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  );
  const batch = [[], [], [1]].map((message) => ({ publicKey, message: Uint8Array.from(message), signature }));
  const freshBytes = crypto.getRandomValues(new Uint8Array(32));
  lines.push(`batch holds: ${batchVerifier.verify(batch, freshBytes)}`);
  lines.push(`wrong are: ${batchVerifier.findInvalidVartime(batch, freshBytes).join(' ')}`);

  // The root of a tree, in one call.
  const root = hasher.merkleRoot([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]);
  lines.push(`root: ${[...root.subarray(0, 8)].join(' ')} …`);
  return lines;
};

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
