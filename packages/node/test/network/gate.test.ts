import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import type { MultiaddrConnection } from '@libp2p/interface';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { expect, test } from 'vitest';
import { createGate, type Standing } from '../../src/network/gate.ts';
import { nameOf } from '../../src/network/names.ts';

const idOf = async (fill: number) =>
  peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(fill)));
const connection = {} as MultiaddrConnection;
const LOWEST = '0'.repeat(64);
const HIGHEST = 'f'.repeat(64);

async function setUp({ self = LOWEST, old = undefined as Standing | undefined } = {}) {
  const peer = await idOf(1);
  const dropped: string[] = [];
  const logged: string[] = [];
  const gate = createGate({
    self,
    knows: (name) => name === nameOf(peer),
    standing: () => old,
    drop: (name) => dropped.push(name),
    now: () => 20_000,
    log: (_level, sentence) => logged.push(sentence),
  });
  return { gate, peer, dropped, logged };
}

test('strangers may neither dial nor be dialled', async () => {
  const { gate, peer, logged } = await setUp();
  const stranger = await idOf(2);
  expect(gate.denyInboundEncryptedConnection!(peer, connection)).toBe(false);
  expect(gate.denyOutboundEncryptedConnection!(peer, connection)).toBe(false);
  expect(gate.denyDialPeer!(peer)).toBe(false);
  expect(logged).toEqual([]);
  expect(gate.denyInboundEncryptedConnection!(stranger, connection)).toBe(true);
  expect(gate.denyOutboundEncryptedConnection!(stranger, connection)).toBe(true);
  expect(gate.denyDialPeer!(stranger)).toBe(true);
  expect(logged[0]).toMatch(/not a known peer/);
});

const YOUNG = 15_000;
const AGED = 5_000;

test.each([
  ['nothing stands: taken', LOWEST, undefined, 'inbound', false, false],
  ['dials crossed: the lower name keeps its own', LOWEST, ['outbound', YOUNG], 'inbound', true, false],
  ['dials crossed: the higher name gives up its own', HIGHEST, ['outbound', YOUNG], 'inbound', false, true],
  ['dials crossed the other way round', LOWEST, ['inbound', YOUNG], 'outbound', false, true],
  ['dials crossed the other way round', HIGHEST, ['inbound', YOUNG], 'outbound', true, false],
  ['an old connection was given up by the peer', LOWEST, ['outbound', AGED], 'inbound', false, true],
  ['a peer that dialled dials again', HIGHEST, ['inbound', YOUNG], 'inbound', false, true],
] as const)('%s', async (_name, self, old, direction, denied, replaced) => {
  const { gate, peer, dropped } = await setUp({ self, ...(old && { old: { direction: old[0], since: old[1] } }) });
  const deny = direction === 'inbound' ? gate.denyInboundUpgradedConnection! : gate.denyOutboundUpgradedConnection!;
  expect(deny(peer, connection)).toBe(denied);
  expect(dropped).toEqual(replaced ? [nameOf(peer)] : []);
});

test('of two crossing dials both sides keep the same one', async () => {
  for (const first of ['outbound', 'inbound'] as const) {
    const second = first === 'outbound' ? 'inbound' : 'outbound';
    const kept: string[] = [];
    for (const self of [LOWEST, HIGHEST]) {
      const { gate, peer } = await setUp({ self, old: { direction: first, since: YOUNG } });
      const deny = second === 'inbound' ? gate.denyInboundUpgradedConnection! : gate.denyOutboundUpgradedConnection!;
      const survivor = deny(peer, connection) ? first : second;
      kept.push((survivor === 'outbound') === (self === LOWEST) ? 'dialled by the lower' : 'dialled by the higher');
    }
    expect(kept).toEqual(['dialled by the lower', 'dialled by the lower']);
  }
});
