import { readFileSync } from 'node:fs';
import { decodeScalar, ristretto255 } from '@ios/crypto/group';
import { xof } from '@ios/crypto/transcript';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { createDhPvss, createSchoenmakersPvss, open } from '../src/index.ts';
import { contextDigest, dhDealing, schoenmakersDealing } from './reference.ts';
import { files, type vectors } from './vectors.ts';

const texts = Object.entries({ schoenmakers: createSchoenmakersPvss, dhpvss: createDhPvss }).map(([name, create]) => ({
  name,
  create,
  text: readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8'),
}));

test('the files are what the generator writes', () => {
  const made = files();
  for (const { name, text } of texts) expect(made[`${name}.json`]).toBe(text);
});

describe.each(texts)('vectors of $name', ({ name, create, text }) => {
  const file: ReturnType<typeof vectors> = JSON.parse(text);
  const group = createCurve25519().ristretto255;
  const scheme = create({ group });
  const { order } = group;
  const fresh = new Uint8Array(32);

  test.each(file.cases)('$t of $n', (own) => {
    const publicKeys = own.publicKeys.map(hexToBytes);
    const secretKeys = own.secretKeys.map((hex) => decodeScalar(order, hexToBytes(hex)));
    const [session, dealer, dealing] = [own.session, own.dealer, own.dealing].map(hexToBytes) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const context = { session, dealer, threshold: own.t, publicKeys };
    expect(secretKeys.map((secretKey) => bytesToHex(scheme.publicKey(secretKey)))).toEqual(own.publicKeys);

    // The dealing once more, from the steps: first the coefficients, then in one scheme a nonce for each share, in the
    // other the dealer key and one nonce.
    const digest = contextDigest(name, group, context);
    expect(bytesToHex(digest)).toBe(own.contextDigest);
    const stream = xof('ios/pvss/v1/deal', hexToBytes(own.randomness), digest);
    const draw = (): bigint => 1n + (bytesToNumberLE(stream.read(48)) % (order - 1n));
    const f = Array.from({ length: own.t }, draw);
    const rebuilt =
      name === 'schoenmakers'
        ? schoenmakersDealing(group, context, f, publicKeys.map(draw))
        : dhDealing(group, context, f, draw(), draw());
    expect(bytesToHex(rebuilt)).toBe(own.dealing);
    expect(bytesToHex(group.base.multiply(f[0]!).toBytes())).toBe(own.secret);

    expect(scheme.verifyDealings([{ context, dealing }], fresh)).toEqual([]);
    const shares = own.shares.map(({ index, share }) => ({ index, share: hexToBytes(share) }));
    const claims = shares.map((one) => ({ context, dealing, ...one }));
    expect(scheme.verifyShares(claims, fresh)).toEqual([]);
    own.shares.forEach(({ index, randomness, share }) => {
      const source = (): Uint8Array => hexToBytes(randomness);
      expect(bytesToHex(scheme.decryptShare(context, dealing, index, secretKeys[index]!, source))).toBe(share);
    });
    expect(bytesToHex(scheme.recover(context, dealing, shares.slice(-own.t)))).toBe(own.secret);

    const sealedDealing = hexToBytes(own.seal.dealing);
    const some = secretKeys.slice(0, own.t).map((secretKey, index) => ({
      index,
      share: scheme.decryptShare(context, sealedDealing, index, secretKey),
    }));
    const secret = scheme.recover(context, sealedDealing, some);
    const opened = open(scheme, context, sealedDealing, secret, hexToBytes(own.seal.sealed));
    expect(opened && bytesToHex(opened)).toBe(own.seal.plaintext);

    expect(own.invalid.length).toBe(8);
    const bad = own.invalid.map((one) => ({ context, dealing: hexToBytes(one.dealing) }));
    expect(scheme.verifyDealings(bad, fresh)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('noble and the WebAssembly core agree byte for byte', () => {
    const noble = create({ group: ristretto255 });
    const publicKeys = file.cases[1]!.publicKeys.map(hexToBytes);
    const context = { session: fresh, dealer: fresh, threshold: 2, publicKeys };
    const source = (length: number): Uint8Array => new Uint8Array(length).fill(3);
    const dealing = noble.deal(context, source);
    expect(scheme.deal(context, source)).toEqual(dealing);
    const secretKey = decodeScalar(order, hexToBytes(file.cases[1]!.secretKeys[0]!));
    const share = noble.decryptShare(context, dealing, 0, secretKey, source);
    expect(scheme.decryptShare(context, dealing, 0, secretKey, source)).toEqual(share);
    expect(noble.verifyShare(context, dealing, 0, share)).toBe(true);
  });
});
