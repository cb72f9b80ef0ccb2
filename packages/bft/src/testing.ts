import { equalBytes } from './bytes.ts';
import { type Certificate, type CertificateScheme, maskOf } from './certificate.ts';
import type { Committee } from './committee.ts';

export { decodeMessage, encodeMessage, encodeUnsigned, type Message, type Proposal } from './messages.ts';
export { decodeRecord, encodeRecord } from './record.ts';
export { assembleReplica } from './replica.ts';
export { type Rules, soundRules } from './rules.ts';
export { decodeShare, encodeShare, type Share } from './signature-list.ts';
export { proposalBytes, viewChangeBytes } from './statements.ts';

/** The fake signature of a 32-byte message under a 32-byte key, 64 bytes: unforgeable only among those who do not try. */
export const fakeSign = (message: Uint8Array, key: Uint8Array): Uint8Array => {
  const signature = new Uint8Array(64);
  for (let i = 0; i < 32; i++) {
    signature[i] = message[i]! ^ key[i]!;
    signature[i + 32] = message[i]! ^ key[31 - i]! ^ 0x5a;
  }
  return signature;
};

/** Whether {@link fakeSign} made `signature`. */
export const fakeVerify = (signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean =>
  message.length === 32 && equalBytes(signature, fakeSign(message, key));

/** What {@link certificateSchemeSuite} needs to try a scheme. */
export interface SchemeUnderTest {
  readonly scheme: CertificateScheme;
  /** Three members or more, each with its own key. */
  readonly committee: Committee;
  /** A certificate of `endorsed` by exactly these members. */
  certify(endorsed: Uint8Array, members: readonly number[]): Certificate;
}

/** The cases that every {@link CertificateScheme} passes; `test` is the runner's, a failed case throws. */
export const certificateSchemeSuite = (
  test: (name: string, run: () => void) => void,
  { scheme, committee, certify }: SchemeUnderTest,
): void => {
  const n = committee.length;
  const endorsed = new Uint8Array(32).fill(7);
  const all = committee.map((_, i) => i);
  const expect = (found: boolean, wanted: boolean, what: string): void => {
    if (found !== wanted) throw new Error(`${what}: verify answered ${found}`);
  };
  const verify = (certificate: Certificate, message = endorsed, members = committee): boolean =>
    scheme.verify(certificate, message, members);

  test('accepts the endorsement of all, and of all but one', () => {
    expect(verify(certify(endorsed, all)), true, 'all');
    expect(verify(certify(endorsed, all.slice(1))), true, 'all but the first');
  });
  test('refuses other bytes', () => {
    expect(verify(certify(endorsed, all), new Uint8Array(32).fill(8)), false, 'other bytes');
  });
  test('refuses a mask that names a member who did not endorse, and one that leaves one out', () => {
    const certificate = certify(endorsed, all.slice(1));
    expect(verify({ ...certificate, mask: maskOf(all, n) }), false, 'one more');
    expect(verify({ ...certificate, mask: maskOf(all.slice(2), n) }), false, 'one less');
    expect(verify({ ...certificate, mask: maskOf([0, ...all.slice(2)], n) }), false, 'another');
  });
  test('refuses masks of another length and surplus bits', () => {
    const certificate = certify(endorsed, all);
    expect(verify({ ...certificate, mask: new Uint8Array([...certificate.mask, 0]) }), false, 'a longer mask');
    expect(verify({ ...certificate, mask: certificate.mask.slice(1) }), false, 'a shorter mask');
    if (n % 8 === 0) return;
    const surplus = certificate.mask.slice();
    surplus[surplus.length - 1]! |= 0x80;
    expect(verify({ ...certificate, mask: surplus }), false, 'a surplus bit');
  });
  test('refuses a signature with any byte changed, cut or added', () => {
    const certificate = certify(endorsed, all);
    const { signature } = certificate;
    for (let i = 0; i < signature.length; i += 7) {
      const bad = signature.slice();
      bad[i]! ^= 1;
      expect(verify({ ...certificate, signature: bad }), false, `byte ${i}`);
    }
    expect(verify({ ...certificate, signature: signature.slice(1) }), false, 'cut');
    expect(verify({ ...certificate, signature: new Uint8Array([...signature, 0]) }), false, 'added');
  });
  test('refuses another committee', () => {
    expect(verify(certify(endorsed, all), endorsed, [...committee].reverse()), false, 'reversed');
  });
};
