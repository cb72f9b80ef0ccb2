import { expect, test } from 'vitest';
import { selectionDigest, verifyTranscript } from '../src/index.ts';
import { Driver, sessionOf } from './driver.ts';

for (const [n, policy] of [
  [1, {}],
  [4, {}],
  [13, {}],
  [20, { oneGroupUpTo: 0, groupSize: 7 }],
] as const)
  test(`${n} servers make one output, and its transcript holds`, () => {
    const driver = new Driver(n, { policy });
    const session = sessionOf({ client: n - 1 });
    driver.all({ type: 'open', session });
    const { selection } = driver.told(n - 1, 'selection')[0]!;
    driver.all({ type: 'check', selection });
    for (let server = 0; server < n; server++)
      expect(driver.told(server, 'checked')).toEqual([{ type: 'checked', selection, valid: true }]);
    const proof = driver.cast.signOff.prove(selectionDigest(selection));
    driver.all({ type: 'signedOff', selection, proof });
    const outputs = driver.cast.names.map((_, server) => driver.told(server, 'recovered')[0]!);
    for (const { output, transcript } of outputs) {
      expect(output).toEqual(outputs[0]!.output);
      expect(verifyTranscript(transcript, { ...driver.config, ...driver.cast, excluded: [] })).toMatchObject({
        valid: true,
        output,
        session,
      });
    }
    expect(driver.outputs.flat().filter(({ type }) => type === 'fault' || type === 'waiting')).toEqual([]);
  });
