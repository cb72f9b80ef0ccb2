// A lottery that elects a leader: seven validators each prove one ticket for the epoch, the lowest leads. Nobody can make a
// second ticket, nobody can tell another's beforehand, and one who fails is passed over without a new drawing.
import { getPublicKey } from '@ios/crypto/ed25519';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { deriveKey } from '@ios/crypto/keys';
import { taggedHash } from '@ios/crypto/transcript';
import {
  alphaOf,
  type Candidate,
  createBatchEcvrf,
  decodeAttachment,
  drawUnits,
  type ElectionContext,
  ecvrfTai,
  encodeAttachment,
  isAttachment,
  leaderOf,
  ranking,
  rankOf,
} from '@ios/vrf-sortition';

const NAMES = ['Ada', 'Barbara', 'Edith', 'Frances', 'Grace', 'Hedy', 'Radia'];
const nameOf = (seat: number): string => NAMES[seat]!;

// 1. Keys. Each validator has an identity and a key of the verifiable random function; both were registered long before the
// randomness of the last epoch was known. Here the master secrets are fixed, so that every run is the same.
const chain = taggedHash('examples/lottery/v1/chain');
const secrets = NAMES.map((_, index) => {
  const master = new Uint8Array(32).fill(index + 1);
  return { identity: deriveKey(master, 'identity', chain, 0), vrf: deriveKey(master, 'vrf', chain, 0) };
});
const context: ElectionContext = {
  chain,
  epoch: 12,
  randomness: taggedHash('examples/lottery/v1/randomness-of-epoch-11'),
  seats: secrets.map(({ identity, vrf }) => ({
    identity: getPublicKey(identity),
    vrfKey: ecvrfTai.getPublicKey(vrf),
  })),
};

// 2. Tickets. All prove their output for the same input, which holds the chain, the epoch, the attempt, the election view
// and the randomness of the epoch before, and nothing that anybody could still choose.
const draw = (electionView: number): { seat: number; pi: Uint8Array }[] => {
  const alpha = alphaOf(context, 0, electionView);
  return secrets.map(({ vrf }, seat) => ({ seat, pi: ecvrfTai.prove(vrf, alpha) }));
};
const tickets = draw(0);
console.log(`${tickets.length} tickets of ${tickets[0]!.pi.length} bytes`);

// 3. Everybody verifies each of them, and ranks those that hold.
const order = (drawn: typeof tickets, electionView: number): number[] => {
  const alpha = alphaOf(context, 0, electionView);
  const candidates = drawn.flatMap((ticket): Candidate[] => {
    const holds = ecvrfTai.verify(context.seats[ticket.seat]!.vrfKey, alpha, ticket.pi) !== undefined;
    return holds ? [{ seat: ticket.seat, rank: rankOf(ecvrfTai, context, alpha, ticket)! }] : [];
  });
  return ranking(candidates).map(({ seat }) => seat);
};
const [first, second, third, ...rest] = order(tickets, 0) as [number, number, number];
console.log(`leader ${nameOf(first)}, back-ups ${nameOf(second)} and ${nameOf(third)}`);

// 4. The last of them would like to be first: with somebody else's ticket, or with one of another drawing.
const last = rest.at(-1)!;
const stolen = { seat: last, pi: tickets[first]!.pi };
const foreign = { seat: last, pi: draw(5)[last]!.pi };
for (const [what, ticket] of Object.entries({ stolen, foreign })) {
  const others = tickets.filter(({ seat }) => seat !== last);
  console.log(`${nameOf(last)} with a ${what} ticket ranks: ${order([...others, ticket], 0).includes(last)}`);
}

// 5. The leader does nothing. Five of seven, a quorum, move to view 1, and each says so: with its ticket, and with the name of
// whom it waited for. From these five everybody finds the same leader.
const lead = (view: number, seats: readonly number[], waitedFor: number, drawn: typeof tickets): number => {
  const moment = { height: 0, view };
  const opening = seats.map((seat) => {
    const bytes = encodeAttachment({ pi: drawn[seat]!.pi, waitedFor, excluded: [] });
    if (!isAttachment(ecvrfTai, context, { attempt: 0 }, moment, seat, bytes)) throw new Error('a bad attachment');
    return { seat, attachment: decodeAttachment(bytes)! };
  });
  return leaderOf(ecvrfTai, context, { attempt: 0, barred: [] }, moment, opening);
};
const five = NAMES.map((_, seat) => seat).filter((seat) => seat !== third && seat !== last);
console.log(`view 1, opened by ${five.map(nameOf).join(', ')}: ${nameOf(lead(1, five, first, tickets))} leads`);

// 6. After three views that came to nothing the election view rises, and new tickets are drawn.
const next = order(draw(1), 1);
console.log(`the next drawing would give ${next.slice(0, 3).map(nameOf).join(', ')}`);

// 7. Many proofs at once: in their batchable form they are one sum, and the bad one is named.
const batch = createBatchEcvrf({ suite: 'tai', curve: edwards25519 });
const alpha = alphaOf(context, 0, 0);
const claims = tickets.map(({ seat, pi }) => {
  const publicKey = context.seats[seat]!.vrfKey;
  return { publicKey, alpha, proof: batch.fromProof(publicKey, alpha, pi)! };
});
const spoilt = claims.map((claim, seat) => (seat === 3 ? { ...claim, proof: claims[4]!.proof } : claim));
const fresh = taggedHash('examples/lottery/v1/fresh-bytes');
console.log(`bad ones among the seven: ${batch.verifyBatch(claims, fresh).length}`);
console.log(`after an exchange: ${batch.verifyBatch(spoilt, fresh).map(nameOf).join(', ')}`);

// 8. Sortition by stake: of 1 000 units 20 are to be drawn. Each validator sees from its own output how many of its units are.
const stakes = [400n, 250n, 150n, 100n, 50n, 30n, 20n];
const drawn = tickets.map(({ pi }, seat) =>
  drawUnits({ beta: ecvrfTai.proofToHash(pi)!, stake: stakes[seat]!, total: 1_000n, expected: 20n }),
);
console.log(`units drawn: ${drawn.map((units, seat) => `${nameOf(seat)} ${units} of ${stakes[seat]}`).join(', ')}`);
