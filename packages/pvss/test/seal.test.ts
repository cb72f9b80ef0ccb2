import { schnorrGroup62 } from '@ios/crypto/testing';
import { describe, expect, test } from 'vitest';
import { createDhPvss, createSchoenmakersPvss, open, PvssError, type PvssScheme, seal } from '../src/index.ts';
import { repeatable, seats } from '../src/testing.ts';

const plaintext = Uint8Array.from([1, 2, 3, 4, 5]);

describe.each<[string, PvssScheme]>([
  ['schoenmakers', createSchoenmakersPvss({ group: schnorrGroup62 })],
  ['dhpvss', createDhPvss({ group: schnorrGroup62 })],
])('seal and open: %s', (_, scheme) => {
  const { context, secretKeys } = seats(scheme, 4, 3);
  const { dealing, sealed } = seal(scheme, context, plaintext, repeatable('seal'));
  const secretOf = (own: Uint8Array): Uint8Array =>
    scheme.recover(
      context,
      own,
      [3, 0, 2].map((index) => ({ index, share: scheme.decryptShare(context, own, index, secretKeys[index]!) })),
    );
  const secret = secretOf(dealing);

  test('what is sealed is opened with the recovered secret', () => {
    expect(scheme.verifyDealing(context, dealing)).toBe(true);
    expect(sealed.length).toBe(plaintext.length + 16);
    expect(open(scheme, context, dealing, secret, sealed)).toEqual(plaintext);
  });

  test('nothing and much can be sealed', () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(10_000).fill(7)]) {
      const own = seal(scheme, context, bytes);
      expect(open(scheme, context, own.dealing, secretOf(own.dealing), own.sealed)).toEqual(bytes);
    }
  });

  test('with anything else it stays closed', () => {
    const other = scheme.dealSecret(context);
    const attempts: Parameters<typeof open>[] = [
      [scheme, context, other.dealing, secret, sealed],
      [scheme, context, dealing, other.secret, sealed],
      [scheme, { ...context, session: context.dealer }, dealing, secret, sealed],
      [scheme, { ...context, dealer: context.session }, dealing, secret, sealed],
      [scheme, { ...context, threshold: 2 }, dealing, secret, sealed],
      [scheme, { ...context, publicKeys: context.publicKeys.slice(1) }, dealing, secret, sealed],
      [{ ...scheme, name: 'other' }, context, dealing, secret, sealed],
      [{ ...scheme, group: { ...scheme.group, name: 'other' } }, context, dealing, secret, sealed],
      ...Array.from(sealed, (_, at): Parameters<typeof open> => {
        const changed = sealed.map((byte, i) => (i === at ? byte ^ 1 : byte));
        return [scheme, context, dealing, secret, changed];
      }),
      [scheme, context, dealing, secret, sealed.slice(1)],
      [scheme, context, dealing, secret, new Uint8Array(0)],
    ];
    for (const attempt of attempts) expect(open(...attempt)).toBeUndefined();
  });

  test('a source that repeats itself gives another key for another plaintext', () => {
    const again = seal(
      scheme,
      context,
      plaintext.map((byte) => byte + 1),
      repeatable('seal'),
    );
    expect(again.dealing).not.toEqual(dealing);
    expect(seal(scheme, context, plaintext, repeatable('seal'))).toEqual({ dealing, sealed });
  });

  test('malformed arguments are errors', () => {
    expect(() => open(scheme, context, dealing, secret.slice(1), sealed)).toThrow(PvssError);
    expect(() => seal(scheme, context, plaintext, () => new Uint8Array(31))).toThrow(PvssError);
    expect(() => seal(scheme, { ...context, threshold: 0 }, plaintext)).toThrow(PvssError);
  });
});
