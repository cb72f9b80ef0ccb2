import { expect, test } from 'vitest';
import { createLog } from '../../src/cli/log.ts';
import { redact } from '../../src/cli/redact.ts';

test.each([
  'password',
  'keyPassword',
  'passphrase',
  'seed',
  'masterSeed',
  'master',
  'secret',
  'clientSecret',
  'privateKey',
  'private_key',
  'PRIVATE-KEY',
  'mnemonic',
  'authorization',
  'Authorization',
  'proxy-authorization',
  'set-cookie',
  'accessToken',
])('%s is left out wherever it lies', (name) => {
  const secret = { [name]: 'hunter2' };
  const nested = [secret, { headers: secret, list: [[secret]] }, { [name]: { inner: 'hunter2' } }];
  for (const facts of [secret, { a: { b: { c: secret } } }, { nested }]) {
    const text = JSON.stringify(redact(facts));
    expect(text).not.toContain('hunter2');
    expect(text).toContain('[redacted]');
  }
});

test('what is no secret stays', () => {
  const facts = { peer: 'abc', height: 3, passwordFile: '/a/b', keyPath: '/c', list: [1, { ok: true, none: null }] };
  expect(redact(facts)).toEqual(facts);
});

test('bytes are told by their number, and facts within themselves end', () => {
  const loop: Record<string, unknown> = { key: new Uint8Array(32).fill(7), view: Buffer.from('hunter2') };
  loop['self'] = loop;
  const text = JSON.stringify(redact(loop));
  expect(text).toContain('[32 bytes]');
  expect(text).toContain('[7 bytes]');
  expect(text).toContain('[too deep]');
});

test('a log writes nothing else', () => {
  const written: string[] = [];
  const log = createLog({ level: 'info' }, true, { write: (line) => written.push(line) });
  const facts = { config: { rpc: { headers: { authorization: 'Bearer hunter2' } } } };
  log('warn', 'A slip.', facts as unknown as Record<string, string>);
  expect(JSON.parse(written[0]!)).toMatchObject({
    config: { rpc: { headers: { authorization: '[redacted]' } } },
    msg: 'A slip.',
  });
});
