import { expect, test } from 'vitest';
import { type Evidence, otherVoters, type VerifiedEntry } from '../src/index.ts';
import { soundRules } from '../src/testing.ts';
import { Edges } from './model/edges.ts';
import { Facts, pieces } from './model/facts.ts';
import { type Local, type Move, Shards } from './model/local.ts';
import { scenarioOf } from './model/scenario.ts';
import { quick } from './model/scenarios.ts';

/** Every state that the edges out of a shard's first state lead to, whether or not the proofs that they need exist. */
function closure(shards: Shards, edges: Edges, from: Local): Local[] {
  const known = new Set([from.number]);
  for (const number of known) for (const { next } of edges.of(number)) known.add(next);
  return [...known].map((number) => shards.local(number));
}

const later = (evidence: Evidence, by: number): Evidence =>
  'epoch' in evidence ? { ...evidence, epoch: evidence.epoch + by } : evidence;

/** What a move does, but for the epoch that it leaves as it was. */
const effect = (move: Move | undefined) =>
  move && { entries: move.next.entries, leaves: move.leaves, makes: move.makes };

test('the search may take epochs for one: the machine asks of them only whether they are above an expiry', () => {
  let compared = 0;
  for (const plan of [quick.pair, quick.conflict, quick.local, quick.three]) {
    const scenario = scenarioOf(plan);
    const shards = new Shards(scenario, soundRules, true);
    const facts = new Facts();
    const edges = new Edges(shards, facts);
    for (const local of shards.initial().flatMap((first) => closure(shards, edges, first))) {
      const isLast = shards.close(local) === local;
      const same = (entry: VerifiedEntry, moved: VerifiedEntry): void => {
        const here = effect(shards.run(local, entry));
        expect(effect(shards.run(local, moved))).toEqual(here);
        // The last epoch of the search stands for all that follow it.
        if (isLast) expect(effect(shards.run({ ...local, epoch: local.epoch + 7 }, moved))).toEqual(here);
        compared++;
      };
      scenario.transactions.forEach(({ id, body, parties }, k) => {
        same({ kind: 'transaction', body }, { kind: 'transaction', body });
        const others = otherVoters(parties.voters, local.shard);
        for (const shard of others) {
          for (const { evidence } of pieces(facts, scenario, k, shard)) {
            // What is from the expiry epoch on stays so 9 epochs later; what is before it, an epoch earlier.
            const by = 'epoch' in evidence && evidence.epoch < body.expiry ? -1 : 9;
            for (const kind of ['commit', 'release'] as const) {
              const rest = (of: number): Evidence =>
                kind === 'commit'
                  ? { type: 'vote', shard: of, id, verdict: 'accept' }
                  : { type: 'commit', shard: of, id };
              const list = others.map((other) => (other === shard ? evidence : rest(other)));
              same({ kind, id, evidence: list }, { kind, id, evidence: list.map((piece) => later(piece, by)) });
            }
            for (const kind of ['commit', 'release', 'abort'] as const)
              same({ kind, id, evidence: [evidence] }, { kind, id, evidence: [later(evidence, by)] });
          }
        }
      });
    }
  }
  expect(compared).toBeGreaterThan(1000);
});
