import { taggedHash } from '@ios/crypto/transcript';
import { type Candidate, ecvrfTai, lowestEligible, ranking, ticketAlpha, ticketRank } from '@ios/vrf-sortition';

export const example = (): string[] => {
  const lines: string[] = [];

  // A function that only the owner of a key computes, and everybody verifies.
  const secretKey = new Uint8Array(32).fill(1);
  const publicKey = ecvrfTai.getPublicKey(secretKey);
  const input = new Uint8Array([1, 2, 3]);
  const pi = ecvrfTai.prove(secretKey, input);
  const beta = ecvrfTai.verify(publicKey, input, pi);
  lines.push(`${pi.length} bytes prove an output of ${beta?.length}`);
  lines.push(`for another input: ${ecvrfTai.verify(publicKey, new Uint8Array([4]), pi)}`);

  // A lottery among four seats: each proves its output for the same alpha, the lowest rank leads.
  const chain = taggedHash('ios/example/v1/chain');
  const randomness = taggedHash('ios/example/v1/randomness');
  const alpha = ticketAlpha({ chain, epoch: 1, attempt: 0, electionView: 0, randomness });
  const seats = [1, 2, 3, 4].map((i) => new Uint8Array(32).fill(i));
  const candidates = seats.map((secret, seat): Candidate => {
    const key = ecvrfTai.getPublicKey(secret);
    const output = ecvrfTai.verify(key, alpha, ecvrfTai.prove(secret, alpha))!;
    return { seat, rank: ticketRank(alpha, output, key) };
  });
  lines.push(`order of the seats: ${ranking(candidates).map(({ seat }) => seat)}`);
  lines.push(`the first is excluded, so ${lowestEligible(candidates, [], [ranking(candidates)[0]!.seat])} leads`);
  return lines;
};
