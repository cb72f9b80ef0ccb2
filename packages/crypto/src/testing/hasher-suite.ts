import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { type Hasher, nobleHasher } from '../merkle.ts';
import { assert, type TestFunction } from './test-function.ts';

/**
 * What every {@link Hasher} must do.
 * @param test - `test` of the runner
 * @param hasher - the implementation
 */
export const hasherSuite = (test: TestFunction, hasher: Hasher): void => {
  test('SHA-256 of every length up to three blocks', () => {
    for (let length = 0; length <= 192; length++) {
      const bytes = numbered(length, length);
      same(hasher.sha256(bytes), sha256(bytes), `length ${length}`);
    }
  });

  test('SHA-256 of a view into a larger buffer', () => {
    const buffer = numbered(100, 1);
    same(hasher.sha256(buffer.subarray(13, 77)), sha256(buffer.slice(13, 77)), 'view');
  });

  test('SHA-256 of a megabyte', () => {
    const bytes = numbered(1 << 20, 3);
    same(hasher.sha256(bytes), sha256(bytes), 'megabyte');
  });

  test('the roots of the Certificate Transparency test tree', () => {
    for (let size = 0; size <= ROOTS.length - 1; size++) {
      const root = hasher.merkleRoot(LEAVES.slice(0, size).map(hexToBytes));
      assert(bytesToHex(root) === ROOTS[size], `root of ${size} leaves`);
    }
  });

  test('roots over every number of leaves up to 130, and over many', () => {
    const leaves = Array.from({ length: 2049 }, (_, i) => numbered(i % 97, i));
    for (const size of [...Array.from({ length: 131 }, (_, i) => i), 1000, 1023, 1024, 1025, 2049]) {
      const some = leaves.slice(0, size);
      same(hasher.merkleRoot(some), nobleHasher.merkleRoot(some), `${size} leaves`);
    }
  });

  test('the order and the borders of leaves count', () => {
    const [a, b] = [numbered(3, 1), numbered(4, 2)];
    const roots = [[a, b], [b, a], [new Uint8Array([...a, ...b])], [new Uint8Array([0, ...a]), b]].map((leaves) =>
      bytesToHex(hasher.merkleRoot(leaves)),
    );
    assert(new Set(roots).size === roots.length, 'four different lists have four roots');
  });

  test('inputs are left alone and results are fresh', () => {
    const leaves = [numbered(64, 1), numbered(64, 2)];
    const before = leaves.map((leaf) => leaf.slice());
    const first = hasher.merkleRoot(leaves);
    const kept = first.slice();
    hasher.merkleRoot([numbered(64, 3)]);
    hasher.sha256(numbered(64, 4));
    same(first, kept, 'an earlier result');
    leaves.forEach((leaf, i) => {
      same(leaf, before[i]!, 'a leaf');
    });
  });
};

const same = (actual: Uint8Array, expected: Uint8Array, what: string): void => {
  assert(bytesToHex(actual) === bytesToHex(expected), `${what}: the bytes differ`);
};

const numbered = (length: number, start: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * 7 + start);

/** The test tree of Certificate Transparency (google/certificate-transparency, merkletree tests, Apache-2.0). */
const LEAVES: readonly string[] = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];

const ROOTS: readonly string[] = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
