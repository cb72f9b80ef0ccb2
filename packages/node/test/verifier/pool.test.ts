import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getPublicKey, type SignedMessage, sign } from '@ios/crypto/ed25519';
import { afterEach, expect, test } from 'vitest';
import { packClaims, unpackClaims } from '../../src/verifier/claims.ts';
import { createLanes } from '../../src/verifier/lanes.ts';
import { createVerifier, type Verifier } from '../../src/verifier.ts';
import { bundledWorker } from './worker.ts';

const seed = new Uint8Array(32).fill(1);
const message = Uint8Array.of(1, 2, 3);
const good: SignedMessage = { publicKey: getPublicKey(seed), message, signature: sign(message, seed) };
const bad: SignedMessage = { ...good, message: Uint8Array.of(4) };

const worker = bundledWorker();
const open: Verifier[] = [];
const make = (threads: number, file = worker.file()): Verifier => {
  open.push(createVerifier({ threads, worker: file }));
  return open.at(-1)!;
};
afterEach(() => Promise.all(open.splice(0).map((verifier) => verifier.close())));

test('forgeries do not hold up what can be accepted', async () => {
  for (const threads of [1, 2]) {
    const verifier = make(threads);
    await verifier.verify([good]);
    let flooded = true;
    // Seconds of work, which the end of the test cuts short.
    void verifier.verify(Array.from({ length: 2000 }, () => bad)).then(() => {
      flooded = false;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let turn = 0; turn < 3; turn++) expect(await verifier.verify([good])).toEqual(['valid']);
    expect(flooded).toBe(true);
    await verifier.close();
  }
});

test('without its worker file it is not made, and says why', () => {
  expect(() => make(1, join(worker.folder(), 'none.js'))).toThrow(
    expect.objectContaining({
      name: 'NodeError',
      code: 'missing',
      message: expect.stringMatching(/Build the package/),
    }),
  );
  // The sources have none beside them.
  expect(() => createVerifier({ threads: 1 })).toThrow(expect.objectContaining({ code: 'missing' }));
});

test('claims of a thread that dies are decided all the same', async () => {
  const file = join(worker.folder(), 'mortal.mjs');
  await writeFile(file, 'export default () => new Promise(() => setImmediate(() => { throw new Error(); }));');
  const verifier = make(1, file);
  expect(await verifier.verify([good, bad])).toEqual(['valid', 'invalid']);
  expect(await verifier.verify([bad, good])).toEqual(['invalid', 'valid']);
});

test('closed, it answers nothing', async () => {
  const verifier = make(2);
  await verifier.verify([good]);
  let answers = 0;
  const count = (): void => {
    answers += 1;
  };
  verifier.verify(Array.from({ length: 100 }, () => good)).then(count, count);
  verifier.verify([good]).then(count, count);
  verifier.verify([bad]).then(count, count);
  await verifier.close();
  verifier.verify([good]).then(count, count);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(answers).toBe(0);
});

test('claims survive the packing', () => {
  const claims = [0, 1, 300, 70_000].map((length, fill) => ({
    publicKey: new Uint8Array(32).fill(fill),
    message: new Uint8Array(length).fill(fill + 1),
    signature: new Uint8Array(64).fill(fill + 2),
  }));
  expect(unpackClaims(packClaims(claims))).toEqual(claims);
  expect(unpackClaims(packClaims([]))).toEqual([]);
});

test('lanes run so many jobs at once, in order, and are freed by failures too', async () => {
  const lanes = createLanes(2);
  const running: (() => void)[] = [];
  const started: number[] = [];
  const jobs = [0, 1, 2, 3].map((number) =>
    lanes
      .run(async () => {
        started.push(number);
        await new Promise<void>((resolve) => running.push(resolve));
        if (number === 0) throw new Error('failed');
        return number;
      })
      .catch(() => -1),
  );
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await turn();
  expect(started).toEqual([0, 1]);
  running.shift()!();
  await turn();
  expect(started).toEqual([0, 1, 2]);
  running.shift()!();
  await turn();
  expect(started).toEqual([0, 1, 2, 3]);
  for (const finish of running) finish();
  expect(await Promise.all(jobs)).toEqual([-1, 1, 2, 3]);
});
