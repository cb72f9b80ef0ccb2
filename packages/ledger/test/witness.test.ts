import { verify } from '@ios/crypto/ed25519';
import { expect, test } from 'vitest';
import {
  checkOwners,
  checkWitnesses,
  inputOwners,
  signingMessage,
  signTransaction,
  transactionId,
  witnessClaims,
} from '../src/index.ts';
import { bodyOf, owner, signer } from './fixtures.ts';

const body = bodyOf([0, 1, 4]);
const transaction = signTransaction(body, signer);

test('there is one witness for each distinct owner, in order of first appearance', () => {
  expect(inputOwners(body.inputs)).toEqual([owner(0), owner(1)]);
  const message = signingMessage(transactionId(body));
  expect(transaction.witnesses.map((signature, i) => verify(signature, message, owner(i)))).toEqual([true, true]);
  expect(witnessClaims(transaction)).toEqual([
    { publicKey: owner(0), message, signature: transaction.witnesses[0] },
    { publicKey: owner(1), message, signature: transaction.witnesses[1] },
  ]);
});

test('good witnesses pass', () => {
  expect(checkWitnesses(transaction)).toBeUndefined();
});

test('a body that differs in anything is not what was signed', () => {
  const other = { ...transaction, body: { ...body, expiry: body.expiry + 1 } };
  expect(checkWitnesses(other)).toEqual({ valid: false, rejection: { code: 'bad-witness', owner: owner(0) } });
});

test('the first owner whose signature fails is named', () => {
  const [first, second] = transaction.witnesses;
  const forged = second!.slice();
  forged[40]! ^= 1;
  expect(checkWitnesses({ body, witnesses: [first!, forged] })).toEqual({
    valid: false,
    rejection: { code: 'bad-witness', owner: owner(1) },
  });
  expect(checkWitnesses({ body, witnesses: [second!, first!] })).toMatchObject({ rejection: { owner: owner(0) } });
});

test('the verifier is the caller’s if one is given', () => {
  const asked: Uint8Array[] = [];
  const result = checkWitnesses(transaction, ({ publicKey }) => asked.push(publicKey) < 2);
  expect(asked).toEqual([owner(0), owner(1)]);
  expect(result).toMatchObject({ rejection: { code: 'bad-witness', owner: owner(1) } });
});

test('witnesses of another number than the owners claim nothing', () => {
  for (const witnesses of [[], transaction.witnesses.slice(1), [...transaction.witnesses, new Uint8Array(64)]]) {
    expect(() => witnessClaims({ body, witnesses })).toThrow(
      expect.objectContaining({ name: 'LedgerError', code: 'out-of-range' }),
    );
  }
});

const point = (first: number, last: number): Uint8Array => {
  const bytes = new Uint8Array(32).fill(first === 0xed || first === 0xee ? 0xff : 0);
  bytes[0] = first;
  bytes[31] = last;
  return bytes;
};

test.each([
  ['the identity', point(1, 0)],
  ['a point of order 4', point(0, 0)],
  ['y = p + 1, not canonical', point(0xee, 0x7f)],
  ['y = 2, on no point', point(2, 0)],
  ['31 bytes', new Uint8Array(31)],
])('%s is no owner', (_, key) => {
  const outputs = [
    { amount: 1n, owner: owner(1) },
    { amount: 1n, owner: key },
  ];
  expect(checkOwners(outputs)).toEqual({ valid: false, rejection: { code: 'invalid-owner', owner: key } });
});

test('owners that are public keys pass, and a cache may answer instead', () => {
  expect(checkOwners(body.outputs)).toBeUndefined();
  const known = new Set([owner(9).join()]);
  expect(checkOwners(body.outputs, (key) => known.has(key.join()))).toEqual({
    valid: false,
    rejection: { code: 'invalid-owner', owner: body.outputs[1]!.owner },
  });
});
