import type { Genesis } from '@ios/client';
import {
  chainName,
  decodeGenesis,
  decodeGenesisFile,
  encodeGenesis,
  encodeGenesisFile,
  genesisHash,
  initialRandomness,
} from '@ios/client';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { bytesOf, sampleGenesis } from './sample.ts';

const genesis = sampleGenesis(2);
const malformed = expect.objectContaining({ name: 'ClientError', code: 'genesis-malformed' });

/** Every leaf of a genesis changed by itself: bytes, number, text or amount. */
function* neighbours(value: unknown, path = ''): Generator<[path: string, changed: unknown]> {
  if (value instanceof Uint8Array) {
    const changed = value.slice();
    changed[changed.length - 1]! ^= 1;
    yield [path, changed];
  } else if (typeof value === 'bigint') yield [path, value + 1n];
  else if (typeof value === 'number') yield [path, value + 1];
  else if (typeof value === 'string') yield [path, `${value}1`];
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const [place, changed] of neighbours(item, `${path}.${index}`)) yield [place, value.with(index, changed)];
    }
    if (value.length > 0) yield [`${path}.length`, value.slice(1)];
  } else if (typeof value === 'object' && value !== null) {
    for (const [field, item] of Object.entries(value)) {
      for (const [place, changed] of neighbours(item, `${path}.${field}`))
        yield [place, { ...value, [field]: changed }];
    }
  }
}

describe('bytes', () => {
  test('a genesis comes back from its encoding', () => {
    expect(decodeGenesis(encodeGenesis(genesis))).toEqual(genesis);
  });

  test('no prefix and no extension of an encoding decodes', () => {
    const bytes = encodeGenesis(genesis);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeGenesis(bytes.subarray(0, length)), `${length} bytes`).toThrow(malformed);
    }
    expect(() => decodeGenesis(Uint8Array.of(...bytes, 0))).toThrow(malformed);
  });

  test('a count above its bound is refused before any item is read', () => {
    const bytes = encodeGenesis({ ...genesis, validators: [], outputs: [] });
    const validators = 1 + 1 + genesis.name.length + 32;
    for (const [offset, count] of [
      [validators, [0x04, 0x01]],
      [validators + 2, [0x00, 0x02, 0x00, 0x01]],
    ] as const) {
      const changed = bytes.slice();
      changed.set(count, offset);
      expect(() => decodeGenesis(changed)).toThrow(/more than/);
    }
  });

  test.each<[string, Partial<Genesis>]>([
    ['another version', { version: 2 as 1 }],
    ['an empty name', { name: '' }],
    ['a name of 65 characters', { name: 'a'.repeat(65) }],
    ['a name with a line break', { name: 'a\nb' }],
    ['a name beyond ASCII', { name: 'caf\u00e9' }],
    ['a nonce of 31 bytes', { nonce: new Uint8Array(31) }],
    ['an amount of 0', { outputs: [{ amount: 0n, owner: bytesOf('owner') }] }],
    ['an amount of 2^64', { outputs: [{ amount: 1n << 64n, owner: bytesOf('owner') }] }],
    ['an owner of 33 bytes', { outputs: [{ amount: 1n, owner: new Uint8Array(33) }] }],
    ['1025 validators', { validators: Array.from({ length: 1025 }, () => genesis.validators[0]!) }],
    ['131073 outputs', { outputs: Array.from({ length: 131_073 }, () => genesis.outputs[0]!) }],
    ['a key epoch', { validators: [{ ...genesis.validators[0]!, keyEpoch: 1 as 0 }] }],
    ['nine addresses', { validators: [{ ...genesis.validators[0]!, addresses: Array(9).fill('/ip4/1.2.3.4/tcp/1') }] }],
    ['an empty address', { validators: [{ ...genesis.validators[0]!, addresses: [''] }] }],
    ['an address of 256 characters', { validators: [{ ...genesis.validators[0]!, addresses: ['a'.repeat(256)] }] }],
    ['an address beyond ASCII', { validators: [{ ...genesis.validators[0]!, addresses: ['\u00ff'] }] }],
    ['shards above u16', { policy: { ...genesis.policy, shards: 65_536 } }],
    ['a lock fee below 0', { policy: { ...genesis.policy, lockFee: -1n } }],
    ['a lock fee of 2^64', { policy: { ...genesis.policy, lockFee: 1n << 64n } }],
    ['a policy above u32', { policy: { ...genesis.policy, idleMs: 2 ** 32 } }],
  ])('%s has no encoding, in bytes or as a file', (_, change) => {
    expect(() => encodeGenesis({ ...genesis, ...change })).toThrow(malformed);
    expect(() => encodeGenesisFile({ ...genesis, ...change })).toThrow(malformed);
  });

  test('10 000 outputs are encoded and hashed in well under a second', () => {
    const large = { ...genesis, outputs: Array.from({ length: 10_000 }, () => genesis.outputs[0]!) };
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      genesisHash(large);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(500);
    const text = encodeGenesisFile(large);
    expect(encodeGenesisFile(decodeGenesisFile(text)) === text).toBe(true);
  });
});

describe('identity', () => {
  test('every field and every byte that counts changes the hash', () => {
    const hashes = new Map([[bytesToHex(genesisHash(genesis)), 'the genesis itself']]);
    let tried = 0;
    for (const [path, changed] of neighbours(genesis)) {
      if (path === '.version' || path.endsWith('.keyEpoch')) {
        expect(() => genesisHash(changed as Genesis), path).toThrow(malformed);
        continue;
      }
      const hash = bytesToHex(genesisHash(changed as Genesis));
      expect(hashes.get(hash), path).toBeUndefined();
      hashes.set(hash, path);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(30);
  });

  test('the chain name depends on name and nonce alone', () => {
    const name = bytesToHex(chainName(genesis));
    expect(bytesToHex(chainName({ ...genesis, validators: [], outputs: [] } as Genesis))).toBe(name);
    expect(bytesToHex(chainName({ ...genesis, name: 'other' }))).not.toBe(name);
    expect(bytesToHex(chainName({ ...genesis, nonce: bytesOf('other') }))).not.toBe(name);
  });

  test('the randomness of epoch 0 depends on the chain', () => {
    expect(initialRandomness(genesisHash(genesis))).toHaveLength(32);
    expect(initialRandomness(bytesOf('one'))).not.toEqual(initialRandomness(bytesOf('other')));
  });

  test('the order of outputs counts', () => {
    expect(genesisHash({ ...genesis, outputs: genesis.outputs.toReversed() })).not.toEqual(genesisHash(genesis));
  });
});

describe('file', () => {
  const text = encodeGenesisFile(genesis);
  /** The file with one field set, or removed where the value is undefined. */
  const edited = (place: string, value: unknown): string => {
    const json: object = JSON.parse(text);
    const path = place.split('.');
    const field = path.pop()!;
    let record = json as Record<string, never>;
    for (const step of path) record = record[step]!;
    Object.assign(record, { [field]: value });
    return JSON.stringify(json);
  };

  test('a genesis comes back from its file, also with other spaces', () => {
    expect(decodeGenesisFile(text)).toEqual(genesis);
    expect(genesisHash(decodeGenesisFile(JSON.stringify(JSON.parse(text))))).toEqual(genesisHash(genesis));
  });

  test('what the type does not know is not written', () => {
    expect(encodeGenesisFile({ ...genesis, secret: 1 } as Genesis)).toBe(text);
  });

  test.each<[what: string, place: string, value: unknown, at?: string]>([
    ['an unknown field', 'extra', 1],
    ['an unknown field deep inside', 'validators.1.proofs.extra', 1],
    ['a missing field', 'policy.idleMs', undefined],
    ['hexadecimal digits in capitals', 'nonce', 'AB'.repeat(32)],
    ['a key that is too short', 'validators.0.vrf', 'ab'],
    ['an amount as a number', 'outputs.0.amount', 1],
    ['an amount with a zero in front', 'outputs.0.amount', '01'],
    ['an amount of 0', 'outputs.0.amount', '0'],
    ['a fraction', 'policy.idleMs', 1.5],
    ['a lock fee as a number', 'policy.lockFee', 1],
    ['a lock fee below 0', 'policy.lockFee', '-1'],
    ['no number of shards', 'policy.shards', undefined],
    ['another version', 'version', 2],
    ['another key epoch', 'validators.0.keyEpoch', 1],
    ['a list in place of a record', 'policy', []],
  ])('%s is refused, with its place', (_, place, value) => {
    const changed = edited(place, value);
    expect(() => decodeGenesisFile(changed)).toThrow(malformed);
    const known = place.replace(/\.?extra$/, '');
    expect(() => decodeGenesisFile(changed)).toThrow(`damaged: ${known}`);
  });

  test('what the schema lets pass and the encoding does not is refused', () => {
    for (const changed of [edited('outputs.0.amount', '18446744073709551616'), edited('name', 'a/b')]) {
      expect(() => decodeGenesisFile(changed)).toThrow(malformed);
    }
  });

  test('names of the prototype are refused like any other field', () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      expect(() => decodeGenesisFile(text.replace('"version"', `"${name}": {}, "version"`)), name).toThrow(malformed);
    }
    expect({}).not.toHaveProperty('version');
  });

  test('a text that is too long is refused unread', () => {
    expect(() => decodeGenesisFile(' '.repeat(64 * 1024 * 1024 + 1))).toThrow(/at most/);
  });

  test('other texts are refused', () => {
    for (const other of ['', 'null', '[]', '1', '{', text.slice(0, -4), `${text}{}`]) {
      expect(() => decodeGenesisFile(other)).toThrow(malformed);
    }
  });
});
