import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { type BeaconSource, createBeaconClient } from '../src/beacon.ts';
import { ClientError } from '../src/index.ts';
import { network } from './beacon-vector.ts';

const OWN = { chain: bytesToHex(network.chain), name: network.name };
const OTHER = { chain: 'ab'.repeat(32), name: 'elsewhere' };

/** A node that answers each method from a table; what is not there fails as no connection does. */
const node = (url: string, answers: Readonly<Record<string, unknown>>): BeaconSource => ({
  url,
  call: (async (method: string) => {
    if (method in answers) return answers[method];
    throw new ClientError('rpc-unreachable', `${url} is not reached.`);
  }) as BeaconSource['call'],
});
const young = (url: string, status: object): BeaconSource => node(url, { getRecords: [], getStatus: status });
const liar = (url: string, status: object): BeaconSource =>
  node(url, { getRecords: [{ value: '00', certificate: '00' }], getStatus: status });
const down = (url: string): BeaconSource => node(url, {});

const failure = async (...sources: BeaconSource[]): Promise<[ClientError, ClientError]> => {
  const beacon = createBeaconClient(network, sources);
  const fails = (asked: Promise<unknown>): Promise<ClientError> =>
    asked.then(
      () => expect.fail('it did not fail'),
      (error) => error,
    );
  return [await fails(beacon.latest()), await fails(beacon.at(1))];
};

test('a node of another network is told, whether it has records or not', async () => {
  for (const source of [young('http://a', OTHER), liar('http://a', OTHER)])
    for (const error of await failure(source)) {
      expect(error).toMatchObject({ code: 'other-network', facts: { url: 'http://a', chain: OTHER.chain } });
      expect(error.message).toMatch(/^http:\/\/a serves another network, elsewhere \(abab.*\), not .+\. Ask a node of/);
    }
});

test('a node of this network is not suspected, nor is one that does not say', async () => {
  for (const error of await failure(young('http://a', OWN))) expect(error.code).toBe('beacon-missing');
  for (const silent of [{ getRecords: [] }, { getRecords: [], getStatus: null }])
    for (const error of await failure(node('http://a', silent))) expect(error.code).toBe('beacon-missing');
  for (const error of await failure(liar('http://a', OWN))) expect(error.code).toBe('rpc-answer');
});

test('of several nodes each is told', async () => {
  const lines = (error: ClientError): string[] => error.message.split('\n').slice(1);
  for (const error of await failure(down('http://a'), young('http://b', OWN), liar('http://c', OTHER))) {
    expect(error).toMatchObject({ code: 'beacon-missing', facts: { last: 0 } });
    expect(lines(error)).toEqual([
      '  http://a is not reached.',
      '  http://b has nothing to show.',
      expect.stringMatching(/^ {2}http:\/\/c serves another network/),
    ]);
  }
  for (const error of await failure(liar('http://a', OWN), down('http://b'))) {
    expect(error.code).toBe('rpc-unreachable');
    expect(lines(error)).toHaveLength(2);
    expect((error.cause as AggregateError).errors).toHaveLength(2);
  }
  for (const error of await failure(young('http://a', OWN), young('http://b', OWN)))
    expect(error.message).not.toContain('\n');
});
