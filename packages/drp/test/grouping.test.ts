import { expect, test } from 'vitest';
import { castOf } from '../sim/cast.ts';
import { createDrp, grouping, groupSizes, layoutOf, sessionId, thresholdOf } from '../src/index.ts';
import { epochOf, policyOf, sessionOf } from './driver.ts';

const id = new Uint8Array(32).fill(3);

test('n servers are cut into ceil(n / c) groups whose sizes differ by at most one', () => {
  for (let n = 1; n <= 200; n++)
    for (const groupSize of [1, 3, 7, 32]) {
      const sizes = groupSizes(n, policyOf(n, { groupSize, oneGroupUpTo: 0 }));
      expect(sizes.length).toBe(Math.ceil(n / groupSize));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(n);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(groupSize);
    }
  expect(groupSizes(64, policyOf(64))).toEqual([64]);
  expect(groupSizes(65, policyOf(65))).toEqual([22, 22, 21]);
});

test('every server is in one group, by ascending index, in an order that the session gives', () => {
  const policy = policyOf(40, { groupSize: 7, oneGroupUpTo: 0 });
  const groups = grouping(id, 40, policy);
  expect(groups.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
  for (const { members, threshold } of groups) {
    expect([...members].sort((a, b) => a - b)).toEqual(members);
    expect(threshold).toBe(Math.floor(members.length / 3) + 1);
  }
  expect(grouping(new Uint8Array(32).fill(4), 40, policy)).not.toEqual(groups);
});

test('thresholds follow from the real sizes', () => {
  expect([1, 2, 3, 4, 6, 7, 32, 33].map(thresholdOf)).toEqual([1, 1, 2, 2, 3, 3, 11, 12]);
});

test('thresholds that do not add up to more than f are refused', () => {
  const policy = policyOf(30, { groupSize: 10, oneGroupUpTo: 0 });
  expect(() => grouping(id, 30, { ...policy, faults: 11 })).not.toThrow();
  expect(() => grouping(id, 30, { ...policy, faults: 12 })).toThrow(expect.objectContaining({ code: 'insecure' }));
});

test('the id of a session binds all that it is made of, but for who is excluded', () => {
  const cast = castOf(4);
  const epoch = epochOf(cast);
  const session = sessionOf();
  const other = castOf(5).roster;
  const ids = [
    sessionId(epoch, session),
    sessionId({ ...epoch, chain: id }, session),
    sessionId({ ...epoch, epoch: 8 }, session),
    sessionId({ ...epoch, randomness: id }, session),
    sessionId({ ...epoch, roster: other }, session),
    sessionId(epoch, { ...session, attempt: 1 }),
    sessionId(epoch, { ...session, view: 1 }),
    sessionId(epoch, { ...session, client: 1 }),
  ].map((bytes) => bytes.join());
  expect(new Set(ids).size).toBe(ids.length);
  expect(sessionId(epoch, sessionOf({ excluded: [1] } as never))).toEqual(sessionId(epoch, session));
  expect(() => sessionId(epoch, { ...session, client: 4 })).toThrow(expect.objectContaining({ code: 'out-of-range' }));
  expect(() => sessionId(epoch, { ...session, view: 2 ** 32 })).toThrow(
    expect.objectContaining({ code: 'out-of-range' }),
  );
});

test('a dealing is for the keys of the group of its dealer', () => {
  const epoch = epochOf(castOf(20), { groupSize: 7, oneGroupUpTo: 0 });
  const layout = layoutOf(epoch, sessionOf());
  for (const [server, { group, place }] of layout.seats.entries()) {
    const { members, threshold } = layout.groups[group]!;
    expect(members[place]).toBe(server);
    expect(layout.contexts[server]!).toEqual({
      session: layout.id,
      dealer: epoch.roster[server]!.identity,
      threshold,
      publicKeys: members.map((member) => epoch.roster[member]!.share),
    });
  }
});

test('the excluded may not deal, but in groups that would have too few dealers left', () => {
  const epoch = epochOf(castOf(7));
  expect(layoutOf(epoch, sessionOf({ excluded: [0, 1, 2, 3] })).barred).toEqual(new Set([0, 1, 2, 3]));
  expect(layoutOf(epoch, sessionOf({ excluded: [0, 1, 2, 3, 4] })).barred).toEqual(new Set());
  const small = epochOf(castOf(9), { oneGroupUpTo: 0, groupSize: 3 });
  const groups = layoutOf(small, sessionOf()).groups.map(({ members }) => members) as number[][];
  const excluded = [groups[0]![0]!, groups[0]![2]!, groups[1]![1]!].sort((a, b) => a - b);
  expect(layoutOf(small, sessionOf({ excluded })).barred).toEqual(new Set([groups[1]![1]!]));
});

test('configurations that cannot be are refused', () => {
  const cast = castOf(4);
  const config = {
    ...epochOf(cast),
    self: 0,
    timeouts: { ask: 1, deal: 1, fetch: 1, decrypt: 1 },
    limits: { sessions: 1, selections: 1, serves: 1 },
  };
  const refuses = (part: object, code: string): void =>
    expect(() => createDrp({ ...config, ...part })).toThrow(expect.objectContaining({ name: 'DrpError', code }));
  expect(() => createDrp(config)).not.toThrow();
  refuses({ self: 4 }, 'out-of-range');
  refuses({ epoch: -1 }, 'out-of-range');
  refuses({ chain: id.slice(1) }, 'bad-length');
  refuses({ randomness: id.slice(1) }, 'bad-length');
  refuses({ roster: [] }, 'out-of-range');
  refuses({ roster: [...cast.roster].reverse() }, 'bad-roster');
  refuses({ roster: [cast.roster[0], cast.roster[0]] }, 'bad-roster');
  const twice = cast.roster.map((server, i) => (i === 1 ? { ...server, share: cast.roster[0]!.share } : server));
  refuses({ roster: twice }, 'bad-roster');
  const withKey = (share: Uint8Array) => cast.roster.map((server, i) => (i === 1 ? { ...server, share } : server));
  refuses({ roster: withKey(cast.scheme.group.identity.toBytes()) }, 'bad-roster');
  refuses({ roster: withKey(new Uint8Array(8)) }, 'bad-roster');
  refuses({ roster: withKey(new Uint8Array(7)) }, 'bad-length');
  refuses({ timeouts: { ...config.timeouts, ask: 0 } }, 'out-of-range');
  refuses({ limits: { ...config.limits, serves: 0 } }, 'out-of-range');
  refuses({ policy: { ...config.policy, faults: 3 } }, 'insecure');
  refuses({ policy: { ...config.policy, groupSize: 0 } }, 'out-of-range');
  refuses({ policy: { ...config.policy, oneGroupUpTo: 0, groupSize: 1, biasBits: 1 } }, 'insecure');
});
