import { decodeFinalityProof, decodeGenesisFile } from '@ios/client';
import { decodeBeaconBundle } from '@ios/client/beacon';

/** What a file that was to be verified is instead, as a sentence with the remedy; undefined where it is nothing that is known. */
export function seemsToBe(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'It is empty.';
  if (decodes(() => decodeBeaconBundle(bytes))) return 'It is a file of the beacon: ios beacon verify is for it.';
  if (decodes(() => decodeFinalityProof(bytes))) return 'It is a finality proof: ios verify is for it.';
  const text = Buffer.from(bytes).toString('utf8');
  if (decodes(() => decodeGenesisFile(text))) return 'It is a genesis: name it with --genesis, and a file to verify.';
  if (decodes(() => JSON.parse(text))) return 'It is JSON, and a file to verify is not.';
  return undefined;
}

function decodes(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
}
