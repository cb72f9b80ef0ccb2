import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getPublicKey, type SignedMessage, sign } from '@ios/crypto/ed25519';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { createScratch } from '../src/devnet/scratch.ts';
import { createVerifier, type Verifier } from '../src/verifier.ts';
import { HIDE_CORE } from './hide-core.ts';

const ROUNDS = 7;
/** Calls of one claim each that are made at once, as transactions come in gossip. */
const CALLS = 512;
const SENDERS = 4;

const signed = Array.from({ length: CALLS }, (_, i): SignedMessage => {
  const seed = new Uint8Array(32).fill((i % 64) + 1);
  const message = Uint8Array.from({ length: 32 }, (_, j) => i >> (j & 7));
  return { publicKey: getPublicKey(seed), message, signature: sign(message, seed) };
});
const forgeryOf = (one: SignedMessage): SignedMessage => ({ ...one, message: new Uint8Array(33) });

/** One claim and who sent it. */
interface Sent {
  readonly claim: SignedMessage;
  readonly sender: string;
}

const honest = signed.map((claim, i): Sent => ({ claim, sender: `peer ${i % SENDERS}` }));
let names = 0;
const every = (nth: number, forged: (sent: Sent) => Sent) => (): Sent[] =>
  honest.map((sent, i) => (i % nth === 0 ? forged(sent) : sent));

const loads: Readonly<Record<string, () => readonly Sent[]>> = {
  'all hold': () => honest,
  'each fourth forged, by one sender': every(4, ({ claim }) => ({ claim: forgeryOf(claim), sender: 'peer 0' })),
  'each 64th forged, under ever new names': every(64, ({ claim }) => ({
    claim: forgeryOf(claim),
    sender: `name ${names++}`,
  })),
  'each fourth forged, under ever new names': every(4, ({ claim }) => ({
    claim: forgeryOf(claim),
    sender: `name ${names++}`,
  })),
};

/** Microseconds of processor time a claim, of all threads of this process, medians: with the core, and without it. */
export async function bench(): Promise<BenchRow[]> {
  const scratch = await createScratch('ios-bench-');
  const open: Verifier[] = [];
  try {
    const scripts = new URL('../../../scripts/lib/ios.mjs', import.meta.url).href;
    const { bundleIos } = (await import(scripts)) as { bundleIos(): Promise<string> };
    const worker = join(dirname(await bundleIos()), 'verify-worker.js');
    const hidden = join(scratch.folder, 'worker.mjs');
    await writeFile(
      hidden,
      `${HIDE_CORE}\nexport const { default: run } = await import('${pathToFileURL(worker).href}');\nexport default run;\n`,
    );
    const make = (file: string): Verifier => {
      const verifier = createVerifier({ threads: 1, worker: file });
      open.push(verifier);
      return verifier;
    };
    const [ours, theirs] = [make(worker), make(hidden)];
    const rows: BenchRow[] = [];
    for (const [what, load] of Object.entries(loads)) {
      const costs: [number[], number[]] = [[], []];
      for (let round = -2; round < ROUNDS; round++) {
        for (const [which, verifier] of [ours, theirs].entries()) {
          const cost = await costOf(verifier, load());
          if (round >= 0) costs[which]!.push(cost);
        }
      }
      const [own, other] = costs.map((all) => all.sort((a, b) => a - b)[ROUNDS >> 1]!) as [number, number];
      rows.push({ what, unit: 'µs', ours: own, peer: 'without the core', theirs: other, ratio: other / own });
    }
    return rows;
  } finally {
    await Promise.all(open.map((verifier) => verifier.close()));
    await scratch.remove();
  }
}

const costOf = async (verifier: Verifier, load: readonly Sent[]): Promise<number> => {
  const before = process.cpuUsage();
  const verdicts = await Promise.all(load.map(({ claim, sender }) => verifier.verify([claim], sender)));
  const { user, system } = process.cpuUsage(before);
  for (const [i, [holds]] of verdicts.entries())
    if (holds !== (load[i]!.claim === signed[i])) throw new Error(`claim ${i} was judged wrong`);
  return (user + system) / load.length;
};
