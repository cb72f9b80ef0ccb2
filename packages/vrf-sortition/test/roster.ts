import type { Ecvrf, ElectionContext, SeatAttachment } from '../src/index.ts';
import { alphaOf, type ExclusionRecord, encodeAttachment, ranking, rankOf } from '../src/index.ts';
import { seedOf } from './forge.ts';

/** n seats with keys of the given function. */
export const contextOf = (vrf: Ecvrf, n: number): ElectionContext => ({
  chain: seedOf(1000),
  epoch: 7,
  randomness: seedOf(1001),
  seats: Array.from({ length: n }, (_, i) => ({ identity: seedOf(2000 + i), vrfKey: vrf.getPublicKey(seedOf(i)) })),
});

export const proofOf = (
  vrf: Ecvrf,
  context: ElectionContext,
  seat: number,
  attempt = 0,
  electionView = 0,
): Uint8Array => vrf.prove(seedOf(seat), alphaOf(context, attempt, electionView));

/** The seats by the rank of their tickets, lowest first. */
export const byRank = (vrf: Ecvrf, context: ElectionContext, attempt = 0, electionView = 0): number[] => {
  const alpha = alphaOf(context, attempt, electionView);
  const candidates = context.seats.map((_, seat) => {
    const pi = proofOf(vrf, context, seat, attempt, electionView);
    return { seat, rank: rankOf(vrf, context, alpha, { seat, pi })! };
  });
  return ranking(candidates).map(({ seat }) => seat);
};

/** What the seats attach to their view-changes to a view of this drawing. */
export const openingOf = (
  vrf: Ecvrf,
  context: ElectionContext,
  seats: readonly number[],
  said: { electionView?: number; waitedFor?: number; excluded?: ExclusionRecord; tickets?: boolean } = {},
): SeatAttachment[] => {
  const { electionView = 0, waitedFor, excluded = [], tickets = true } = said;
  return seats.map((seat) => {
    const pi = tickets ? proofOf(vrf, context, seat, 0, electionView) : undefined;
    return { seat, attachment: encodeAttachment({ pi, waitedFor, excluded }) };
  });
};
