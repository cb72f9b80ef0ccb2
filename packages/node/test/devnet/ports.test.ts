import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { choosePorts } from '../../src/devnet/ports.ts';
import { systemEntropy } from '../../src/entropy.ts';

test('free ports are distinct, and below those of outgoing connections', async () => {
  const ports = await choosePorts(32, undefined, systemEntropy);
  expect(new Set(ports.map(({ peers }) => peers)).size).toBe(32);
  for (const { peers, rpc } of ports) {
    expect(peers).toBeGreaterThanOrEqual(12_000);
    expect(peers).toBeLessThan(32_000);
    expect(rpc).toBe(0);
  }
});

test('a port that is taken, or drawn twice, is not chosen', async () => {
  const [free] = await choosePorts(1, undefined, systemEntropy);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(free!.peers, '127.0.0.1', resolve));
  const draws = [free!.peers, free!.peers + 1, free!.peers + 1, free!.peers + 2].map((port) => port - 12_000);
  const entropy = (): Uint8Array => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(draws.shift()!);
    return bytes;
  };
  const chosen = await choosePorts(2, undefined, entropy);
  expect(chosen.map(({ peers }) => peers - free!.peers)).toEqual([1, 2]);

  await expect(choosePorts(2, free!.peers - 3, systemEntropy)).rejects.toThrow(
    `Another program listens on 127.0.0.1:${free!.peers}, or this user may not. Stop it, or choose another --base-port.`,
  );
  await new Promise((resolve) => taken.close(resolve));
  const base = free!.peers;
  expect(await choosePorts(1, base, systemEntropy)).toEqual([{ peers: base, rpc: base + 1 }]);
});
