import { chainName } from '@ios/client';
import { trustBeacon, verifyBeaconProof } from '@ios/client/beacon';
import { decodeEpochRecord, recordZero } from '@ios/client/epochs';
import { describe, expect, test } from 'vitest';
import type { ValidatorParts } from '../../src/cli/run-validator.ts';
import { primitives } from '../../src/core.ts';
import type { EpochSummary } from '../../src/devnet/epochs.ts';
import { checkFault } from '../../src/devnet/faults/check.ts';
import { conducted, type FaultEvent } from '../../src/devnet/faults/conduct.ts';
import { conductOf } from '../../src/devnet/faults/conducts.ts';
import { parseFault } from '../../src/devnet/faults/plan.ts';
import { witness } from '../../src/devnet/faults/witness.ts';
import { createIdentitySigner } from '../../src/keys/identity-signer.ts';
import type { Node } from '../../src/node.ts';
import { shortEpochs } from '../epochs-fixture.ts';
import { MASTERS, machines, makeNode, until } from '../node-fixture.ts';

const genesis = { ...shortEpochs, policy: { ...shortEpochs.policy, lotteryMs: 100, beaconTimeoutMs: 1_000 } };
/** Each kind once; `test/processes/faults.long.test.ts` has all steps. */
const PLAYED = ['leader-silent', 'bad-dealer', 'hidden-signoff', 'leader-crash@dealing', 'leader-crash@signoff'];
/** The master secrets in the order of their identities. */
const MASTERS_IN_ORDER = MASTERS.map((master) => ({ master, self: createIdentitySigner(master, chainName(genesis)) }))
  .sort((a, b) => Buffer.compare(a.self.publicKey, b.self.publicKey))
  .map(({ master }) => master);
const network = trustBeacon(genesis);

/** On a machine that does much else five networks take their time. */
const PATIENCE_MS = 50_000;

/** Four validators in this process, in the order of genesis, of which the first that comes to it is faulty. */
const play = async (fault: string): Promise<{ nodes: readonly Node[]; reports: [number, FaultEvent][] }> => {
  const plan = parseFault(fault)!;
  const on = machines();
  const reports: [number, FaultEvent][] = [];
  let taken = false;
  const nodes: Node[] = [];
  const around = (k: number) => (parts: ValidatorParts) => {
    const report = (event: FaultEvent): void => void reports.push([k, event]);
    const take = (): boolean => {
      const free = !taken;
      taken = true;
      return free;
    };
    const stage = {
      take,
      others: () => parts.network.peers().length,
      report,
      die: () => void nodes[k]!.stop(),
    };
    const log: ValidatorParts['log'] = (_level, _sentence, { seat, kind }) => {
      if (typeof seat === 'number' && typeof kind === 'string') report({ event: 'named', seat, kind });
    };
    return conducted({ ...parts, log }, [conductOf(plan, stage), witness({ report })]);
  };
  for (const [k, master] of MASTERS_IN_ORDER.entries())
    nodes.push(await makeNode(on, k, { genesis, master, ...primitives(), around: around(k) }));
  await Promise.all(nodes.map((node) => node.start()));
  return { nodes, reports };
};

/** The randomness of epoch 1 as one validator shows it, verified. */
const verified = async (node: Node): Promise<EpochSummary> => {
  const record = decodeEpochRecord((await node.record(1))!.value)!;
  const before = recordZero(network).randomness;
  const verdict = verifyBeaconProof(network, { ...record, before }, (await node.beaconProof(1))!);
  if (!verdict.valid) throw new Error(verdict.reason);
  const { epoch, leader, contributors, attempt: failedAttempts, view: passedOver, excluded } = verdict;
  const randomness = Buffer.from(verdict.randomness).toString('hex');
  return { epoch, randomness, leader, contributors, failedAttempts, passedOver, excluded };
};

describe.concurrent('four validators, one of them faulty, make the randomness of an epoch', () => {
  test.each(PLAYED)('%s', async (fault) => {
    const { nodes, reports } = await play(fault);
    try {
      const said = <What extends FaultEvent['event']>(what: What) =>
        reports.filter((one): one is [number, FaultEvent & { event: What }] => one[1].event === what);
      await until(() => said('fault').length > 0, PATIENCE_MS);
      const [faulty] = said('fault')[0]!;
      const others = nodes.filter((_, k) => k !== faulty);
      await until(async () => {
        const records = await Promise.all(others.map((node) => node.record(1)));
        return records.every((record) => record !== undefined);
      }, PATIENCE_MS);
      const shown = await Promise.all(others.map(verified));
      expect(new Set(shown.map(({ randomness }) => randomness)).size).toBe(1);
      for (const node of others) expect(node.status()).toMatchObject({ halted: undefined, evidence: 0 });
      checkFault(parseFault(fault)!, { validator: faulty, epoch: 1 }, shown);
      if (fault === 'bad-dealer') await until(() => said('named').length > 0);
      else
        expect(
          said('proposes')
            .filter(([, { epoch }]) => epoch === 1)
            .at(-1)![0],
        ).not.toBe(faulty);
      for (const [, named] of said('named')) expect(named).toMatchObject({ seat: faulty, kind: 'bad-dealing' });
      if (fault === 'hidden-signoff') await until(() => said('reveals').length > 0);
    } finally {
      await Promise.all(nodes.map((node) => node.stop()));
    }
  });
});
