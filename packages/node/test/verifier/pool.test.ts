import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getPublicKey, type SignedMessage, sign } from '@ios/crypto/ed25519';
import { afterEach, describe, expect, test } from 'vitest';
import { packClaims, packKeys, unpackClaims, unpackKeys } from '../../src/verifier/claims.ts';
import { allHold } from '../../src/verifier/holds.ts';
import { JOB } from '../../src/verifier/intake.ts';
import { createLanes, type Lane } from '../../src/verifier/lanes.ts';
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
    await verifier.verify([good], 'p');
    let flooded = true;
    // Seconds of work, which the end of the test cuts short.
    void verifier
      .verify(
        Array.from({ length: 20_000 }, () => bad),
        'flood',
      )
      .then(() => {
        flooded = false;
      });
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let turn = 0; turn < 3; turn++) expect(await verifier.verify([good], 'p')).toEqual([true]);
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
  expect(await verifier.verify([good, bad], 'p')).toEqual([true, false]);
  expect(await verifier.verify([bad, good], 'p')).toEqual([false, true]);
});

test('closed, it answers nothing', async () => {
  const verifier = make(2);
  await verifier.verify([good], 'p');
  let answers = 0;
  const count = (): void => {
    answers += 1;
  };
  verifier
    .verify(
      Array.from({ length: 100 }, () => good),
      'p',
    )
    .then(count, count);
  verifier.verify([good], 'p').then(count, count);
  verifier.verify([bad], 'p').then(count, count);
  await verifier.close();
  verifier.verify([good], 'p').then(count, count);
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
  const keys = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill));
  expect(unpackKeys(packKeys(keys))).toEqual(keys);
  expect(unpackKeys(packKeys([]))).toEqual([]);
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lanes, the jobs that were begun, and a way to end the one that was begun first. */
const recorded = (threads: number) => {
  const lanes = createLanes(threads);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    waiting: lanes.waiting,
    run: (lane: Lane, name: string) =>
      lanes
        .run(lane, async () => {
          begun.push(name);
          await new Promise<void>((resolve) => ends.push(resolve));
          if (name === 'failing') throw new Error('failed');
          return name;
        })
        .catch(() => 'failed'),
    async finish() {
      ends.shift()!();
      await turn();
    },
  };
};

test('lanes run so many jobs at once, in order, and are freed by failures too', async () => {
  const { run, begun, finish } = recorded(2);
  const jobs = ['failing', 'b', 'c', 'd'].map((name) => run('together', name));
  await turn();
  expect(begun).toEqual(['failing', 'b']);
  for (const expected of [['c'], ['c', 'd'], ['c', 'd'], ['c', 'd']]) {
    await finish();
    expect(begun.slice(2)).toEqual(expected);
  }
  expect(await Promise.all(jobs)).toEqual(['failed', 'b', 'c', 'd']);
});

test('consensus goes first; the others take turns, and what goes apart leaves a thread free', async () => {
  const one = recorded(1);
  for (const name of ['a1', 'a2', 'a3']) void one.run('together', name);
  for (const name of ['d1', 'd2', 'd3']) void one.run('apart', name);
  for (const name of ['c1', 'c2']) void one.run('consensus', name);
  await turn();
  expect(one.begun).toEqual(['a1']);
  expect(one.waiting()).toEqual({ consensus: 2, together: 2, apart: 3 });
  for (let i = 0; i < 8; i++) await one.finish();
  expect(one.begun).toEqual(['a1', 'c1', 'c2', 'd1', 'a2', 'd2', 'a3', 'd3']);

  const two = recorded(2);
  for (const name of ['d1', 'd2']) void two.run('apart', name);
  await turn();
  expect(two.begun).toEqual(['d1']);
  void two.run('together', 'a1');
  await turn();
  expect(two.begun).toEqual(['d1', 'a1']);
  const urgent = recorded(2);
  for (const name of ['c1', 'c2']) void urgent.run('consensus', name);
  await turn();
  expect(urgent.begun).toEqual(['c1', 'c2']);
});

test('without WebAssembly it verifies all the same, and says why once', () => {
  const told: string[] = [];
  const { WebAssembly } = globalThis as { WebAssembly?: object };
  Reflect.deleteProperty(globalThis, 'WebAssembly');
  try {
    open.push(createVerifier({ threads: 1, worker: worker.file(), onFallback: (why) => told.push(why) }));
    expect(told).toEqual(['there is no WebAssembly here']);
  } finally {
    Object.assign(globalThis, { WebAssembly });
  }
});

test('a thread whose core fails says so, and loses nothing', async () => {
  const file = join(worker.folder(), 'trapping.mjs');
  const source = await readFile(worker.file(), 'utf8');
  // The module's memory is gone after some work, as a trap in it may leave it.
  await writeFile(
    file,
    `let calls = 0;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module) {
  const { exports } = new Instance(module);
  const checkVartime = (...args) => {
    if (++calls > 100) throw new WebAssembly.RuntimeError('unreachable');
    return exports.checkVartime(...args);
  };
  return { exports: { ...exports, checkVartime } };
};
${source}`,
  );
  const told: string[] = [];
  const verifier = createVerifier({ threads: 1, worker: file, onFallback: (why) => told.push(why) });
  open.push(verifier);
  for (let turn = 0; turn < 100; turn++) expect(await verifier.verify([good, good], 'p')).toEqual([true, true]);
  for (let turn = 0; turn < 3; turn++) expect(await verifier.verify([good, bad], 'p')).toEqual([true, false]);
  expect(told).toEqual([expect.stringContaining('unreachable')]);
});

test('consensus does not wait for the signatures and keys of transactions', async () => {
  for (const threads of [1, 2]) {
    const verifier = make(threads);
    await verifier.holds({ signatures: [good] });
    const flooded = new Set(['good', 'bad', 'keys']);
    void verifier.verify(Array(60_000).fill(good), 'a').then(() => flooded.delete('good'));
    void verifier.verify(Array(30_000).fill(bad), 'b').then(() => flooded.delete('bad'));
    void verifier.verifyKeys(Array(200_000).fill(good.publicKey), 'c').then(() => flooded.delete('keys'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let again = 0; again < 3; again++) expect(await verifier.holds({ signatures: [good] })).toBe(true);
    expect(flooded.size).toBe(3);
    await verifier.close();
  }
});

describe('an assertion', () => {
  /** Threads that count what they are asked, and say no to `wrong`. */
  const counting = (wrong?: SignedMessage | Uint8Array) => {
    const asked = { all: 0, keys: 0 };
    let atOnce = 0;
    const most = { jobs: 0, claims: 0 };
    const answer = async (
      name: keyof typeof asked,
      list: readonly (SignedMessage | Uint8Array)[],
    ): Promise<readonly boolean[]> => {
      asked[name] += list.length;
      most.jobs = Math.max(most.jobs, ++atOnce);
      most.claims = Math.max(most.claims, list.length);
      await turn();
      atOnce--;
      return list.map((one) => one !== wrong);
    };
    const threads = {
      all: async (claims: readonly SignedMessage[]) => !(await answer('all', claims)).includes(false),
      keys: (keys: readonly Uint8Array[]) => answer('keys', keys),
    };
    return { asked, most, threads };
  };
  const claims = Array.from({ length: 10 * JOB.together }, () => ({ ...good }));
  const keys = claims.map(() => new Uint8Array(32));

  test('ends with the first batch that does not hold', async () => {
    const { threads, asked } = counting(claims[JOB.together]);
    expect(await allHold(threads, { signatures: claims, keys }, 1)).toBe(false);
    expect(asked).toEqual({ all: 2 * JOB.together, keys: 0 });
  });

  test('ends with the first key that is none', async () => {
    const { threads, asked } = counting(keys[3]);
    expect(await allHold(threads, { signatures: claims, keys }, 1)).toBe(false);
    expect(asked).toEqual({ all: claims.length, keys: JOB.keys });
  });

  test('goes to as many threads as there are, and no job is larger than those of others', async () => {
    const { threads, asked, most } = counting();
    expect(await allHold(threads, { signatures: claims, keys }, 3)).toBe(true);
    expect(most).toEqual({ jobs: 3, claims: JOB.together });
    expect(asked).toEqual({ all: claims.length, keys: keys.length });
  });

  test('that was given up begins no further job', async () => {
    const { threads, asked } = counting();
    const end = new AbortController();
    const asking = allHold(threads, { signatures: claims }, 1, end.signal);
    for (let i = 0; i < 3; i++) await turn();
    end.abort(new Error('over'));
    await expect(asking).rejects.toThrow('over');
    const before = asked.all;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(claims.length);
    for (let i = 0; i < 3; i++) await turn();
    expect(asked.all).toBe(before);
  });
});
