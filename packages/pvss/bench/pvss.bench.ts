/**
 * What the two schemes cost in processor time, over noble's ristretto255 and over the WebAssembly core: deal, verify one dealing
 * and many, decrypt, verify shares, recover. Verification is beside share by share over noble, in the same process; the
 * figures of kyber are those of another machine.
 */
import { ristretto255 } from '@ios/crypto/group';
import { createCurve25519 } from '@ios/curve25519-wasm';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { medians, type Rounds } from '../../../scripts/lib/medians.ts';
import { createDhPvss, createSchoenmakersPvss, type PvssScheme, type SchoenmakersPvss } from '../src/index.ts';

const ROUNDS: Rounds = { rounds: 5, warmUp: 1, slice: 40 };

/** Kyber v4 (Go 1.26) with the same n and t: milliseconds on two cores of a Xeon at 2.5 GHz. */
const KYBER = 'kyber v4, another machine';
const kyber: Readonly<Record<number, { readonly verify: number; readonly deal?: number; readonly recover?: number }>> =
  {
    32: { verify: 239, deal: 32, recover: 36 },
    64: { verify: 897 },
  };

/** Dealings in one batch, as every validator of a group of 16 verifies them. */
const MANY = 16;
const fresh = new Uint8Array(32).fill(7);

const core = createCurve25519().ristretto255;
const schemes: readonly { readonly over: string; readonly schemes: readonly [SchoenmakersPvss, PvssScheme] }[] = [
  { over: 'core', schemes: [createSchoenmakersPvss({ group: core }), createDhPvss({ group: core })] },
  {
    over: 'noble',
    schemes: [createSchoenmakersPvss({ group: ristretto255 }), createDhPvss({ group: ristretto255 })],
  },
];
const [shareByShare] = schemes[1]!.schemes;

const measured = (n: number, report: (line: string) => void): BenchRow[] => {
  const t = Math.floor(n / 2) + 1;
  const rows: BenchRow[] = [];
  for (const { over, schemes: both } of schemes) {
    for (const scheme of both) {
      report(`n = ${n}, ${scheme.name} over ${over}`);
      const secretKeys = Array.from({ length: n }, () => scheme.generateKey());
      const publicKeys = secretKeys.map(scheme.publicKey);
      const context = { session: fresh, dealer: fresh, threshold: t, publicKeys };
      const many = Array.from({ length: over === 'core' ? MANY : 1 }, () => ({
        context,
        dealing: scheme.deal(context),
      }));
      const [one] = many as [(typeof many)[number]];
      const { dealing } = one;
      const shares = secretKeys.slice(0, t).map((secretKey, index) => ({
        index,
        share: scheme.decryptShare(context, dealing, index, secretKey),
      }));
      const claims = shares.map((own) => ({ ...one, ...own }));
      if (scheme.verifyDealings(many, fresh).length + scheme.verifyShares(claims, fresh).length > 0) {
        throw new Error('what is measured does not hold');
      }
      // Another roster each time a dealing is verified, so that its keys are decoded as well.
      const cold = Array.from({ length: 17 }, (_, i) => ({
        ...context,
        publicKeys: i < n ? rotated(publicKeys, i) : rotated(publicKeys, i - n).reverse(),
      }));
      const coldBatches = cold.map((own) => [{ context: own, dealing: scheme.deal(own) }]);
      let next = 0;
      const items: Record<string, () => unknown> = {
        deal: () => scheme.deal(context),
        'verify one dealing': () => scheme.verifyDealings(coldBatches[next++ % coldBatches.length]!, fresh),
        'verify one dealing, roster known': () => scheme.verifyDealings([one], fresh),
        'decrypt one share': () => scheme.decryptShare(context, dealing, 0, secretKeys[0]!),
        'verify t shares': () => scheme.verifyShares(claims, fresh),
        recover: () => scheme.recover(context, dealing, shares),
        'recover with share checks': () =>
          scheme.verifyShares(claims, fresh).length === 0 && scheme.recover(context, dealing, shares),
      };
      if (many.length > 1) items[`verify ${MANY} dealings, each`] = () => scheme.verifyDealings(many, fresh);
      const isSchoenmakers = scheme.name === 'schoenmakers';
      if (isSchoenmakers) items['share by share'] = () => shareByShare.wrongShares(context, dealing);
      const times = medians(items, ROUNDS);
      const time = (what: string): number => times[what]! / (what.startsWith(`verify ${MANY}`) ? MANY : 1);
      const rival = times['share by share'];
      for (const what of Object.keys(items)) {
        if (what === 'share by share') continue;
        const row = { what: `n = ${n}, t = ${t}, ${scheme.name} over ${over}: ${what}`, unit: 'ms', ours: time(what) };
        const beside = (peer: string, theirs: number): BenchRow => ({ ...row, peer, theirs, ratio: theirs / row.ours });
        const own: BenchRow[] = [];
        if (rival !== undefined && /^verify .* dealing/.test(what))
          own.push(beside('share by share over noble', rival));
        const theirs = isSchoenmakers ? kyber[n] : undefined;
        if (what === 'verify one dealing' && theirs) own.push(beside(KYBER, theirs.verify));
        if (what === 'deal' && theirs?.deal) own.push(beside(KYBER, theirs.deal));
        if (what === 'recover with share checks' && theirs?.recover) own.push(beside(KYBER, theirs.recover));
        rows.push(...(own.length > 0 ? own : [row]));
      }
    }
  }
  return rows;
};

const rotated = <T>(all: readonly T[], by: number): T[] => [...all.slice(by), ...all.slice(0, by)];

/** All figures; `report` takes a line of progress. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> =>
  [16, 32, 64].flatMap((n) => measured(n, report));
