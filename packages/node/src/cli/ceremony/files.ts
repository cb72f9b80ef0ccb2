import type { Registration } from '@ios/client';
import { NodeError } from '../../errors.ts';
import { type Ceremony, ceremonyHash, type SealedCeremony, sealedHash } from '../../genesis/ceremony.ts';
import {
  decodeCeremony,
  decodeCommitment,
  decodeRegistration,
  decodeSealed,
  type RegistrationFile,
  registrationIn,
} from '../../genesis/ceremony-files.ts';
import { located, readText } from '../files.ts';

/** Reads what a decoder takes; its refusals come with the path. Throws `NodeError`, `ClientError`, or what the file system throws. */
async function read<Value>(path: string, what: string, decode: (text: string) => Value): Promise<Value> {
  const text = await readText(path, what, 'Check the path.');
  try {
    return decode(text);
  } catch (error) {
    throw located(error, path);
  }
}

/** Reads the beginning of a ceremony. */
export const readCeremony = (path: string): Promise<Ceremony> => read(path, 'ceremony', decodeCeremony);

/** Reads a closed list. */
export const readSealed = (path: string): Promise<SealedCeremony> => read(path, 'sealed ceremony', decodeSealed);

/** Reads a commitment, 32 bytes; one for another ceremony is refused. */
export const readCommitment = (path: string, ceremony: Ceremony): Promise<Uint8Array> =>
  read(path, 'commitment', (text) => {
    const said = decodeCommitment(text);
    assertSame(
      said.ceremony,
      ceremonyHash(ceremony),
      'It is for another ceremony. Ask its validator to register anew.',
    );
    return said.commitment;
  });

/** Reads the registration that a validator keeps; one for another ceremony than the sealed one is refused. */
export const readKept = (path: string, { ceremony }: SealedCeremony): Promise<RegistrationFile> =>
  read(path, 'registration', (text) => {
    const file = decodeRegistration(text);
    assertSame(file.ceremony, ceremonyHash(ceremony), 'It is for another ceremony than the sealed one.');
    return file;
  });

/** Reads a registration that was shown for a sealed ceremony; any other is refused. */
export const readOpening = (path: string, sealed: SealedCeremony): Promise<Registration> =>
  read(path, 'opening', (text) => {
    const file = decodeRegistration(text);
    if (file.shownFor === undefined) throw new NodeError('ceremony', 'It was not opened. Ask for the opening.json.');
    assertSame(file.shownFor, sealedHash(sealed), 'It was opened for another sealed ceremony.');
    return registrationIn(sealed.ceremony, file);
  });

function assertSame(found: Uint8Array, wanted: Uint8Array, message: string): void {
  if (Buffer.compare(found, wanted) !== 0) throw new NodeError('ceremony', message);
}
