import { splitDealing } from '../dealing.ts';
import type { Epoch } from '../epoch.ts';
import { recover } from '../recover.ts';
import { encodeTranscript, type TranscriptSecret } from '../transcript.ts';
import { heldOf } from './held.ts';
import { at } from './per-server.ts';
import type { Decided, Run } from './state.ts';

/** The output of a session with t good shares in every group, and its transcript: of each group the first t servers. */
export const recoverOutput = (
  epoch: Epoch,
  run: Run,
  { digest, proof, shares }: Decided,
): { output: Uint8Array; transcript: Uint8Array } => {
  const { groups, session } = run.layout;
  const { entries } = run.chosen.get(digest)!.selection;
  const nth = groups.map(() => 0);
  const secrets = entries.map((entry): TranscriptSecret => {
    const { members, threshold } = groups[entry.group]!;
    const place = nth[entry.group]!++;
    const given = members
      .flatMap((server, index) => {
        const held = at(shares, server);
        return held?.status === 'valid' ? [{ index, share: held.shares[place]! }] : [];
      })
      .slice(0, threshold);
    const signedDealing = heldOf(run, entry)!.bytes;
    return { dealer: entry.dealer, signedDealing, shares: given };
  });
  const output = recover(
    epoch.scheme,
    secrets.map(({ dealer, signedDealing, shares: given }) => ({
      context: run.layout.contexts[dealer]!,
      dealing: splitDealing(signedDealing).dealing,
      shares: given,
    })),
  );
  const { attempt, view, client } = session;
  return { output, transcript: encodeTranscript({ attempt, view, client, proof, secrets, output }) };
};
