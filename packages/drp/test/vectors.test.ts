import { readFileSync } from 'node:fs';
import { hexToBytes } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import {
  dealingDigest,
  dealingStatement,
  decodeSelection,
  encodeSelection,
  endorsementMessage,
  grouping,
  rosterRoot,
  selectionDigest,
  sessionId,
} from '../src/index.ts';
import { policyOf } from './driver.ts';

interface Case {
  readonly roster: readonly { readonly identity: string; readonly share: string }[];
  readonly groupSize: number;
  readonly oneGroupUpTo: number;
  readonly chain: string;
  readonly randomness: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly view: number;
  readonly client: number;
  readonly rosterRoot: string;
  readonly session: string;
  readonly groups: readonly { readonly members: readonly number[]; readonly threshold: number }[];
  readonly dealings: readonly { readonly dealer: number; readonly dealing: string; readonly statement: string }[];
  readonly selection: string;
  readonly selectionDigest: string;
  readonly endorsement: string;
}

const { cases } = JSON.parse(readFileSync(new URL('./vectors/drp.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

for (const one of cases) {
  const n = one.roster.length;
  test(`${n} servers: what another program makes of the same sentences`, () => {
    const roster = one.roster.map(({ identity, share }) => ({
      identity: hexToBytes(identity),
      share: hexToBytes(share),
    }));
    const { epoch, attempt, view, client, groupSize, oneGroupUpTo } = one;
    expect(rosterRoot(roster)).toEqual(hexToBytes(one.rosterRoot));
    const bound = { chain: hexToBytes(one.chain), randomness: hexToBytes(one.randomness), epoch, roster };
    const session = sessionId(bound, { attempt, view, client });
    expect(session).toEqual(hexToBytes(one.session));
    expect(grouping(session, n, policyOf(n, { groupSize, oneGroupUpTo }))).toEqual(one.groups);
    const selection = decodeSelection(hexToBytes(one.selection))!;
    expect(selection.session).toEqual(session);
    expect(encodeSelection(selection)).toEqual(hexToBytes(one.selection));
    for (const [i, { dealer, dealing, statement }] of one.dealings.entries()) {
      const bytes = hexToBytes(dealing);
      expect(dealingStatement(session, roster[dealer]!.identity, bytes)).toEqual(hexToBytes(statement));
      expect(selection.entries[i]).toMatchObject({
        dealer,
        digest: dealingDigest(Uint8Array.of(...bytes, ...new Uint8Array(64))),
      });
    }
    const digest = selectionDigest(hexToBytes(one.selection));
    expect(digest).toEqual(hexToBytes(one.selectionDigest));
    expect(endorsementMessage(digest)).toEqual(hexToBytes(one.endorsement));
  });
}
