import { decodeGenesisFile, encodeGenesisFile, MAX_VALIDATORS, type Registration } from '@ios/client';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { describeIssues } from '../schema-issues.ts';
import { type Ceremony, type SealedCeremony, sealCeremony } from './ceremony.ts';

/** The longest file of a ceremony, in characters: as long as a genesis file. */
const MAX_LENGTH = 64 * 1024 * 1024;

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, '64 lowercase hexadecimal digits wanted')
  .transform(hexToBytes);

/** What a validator sends to the coordinator first. */
export interface Commitment {
  /** Which ceremony it is for: `ceremonyHash`. */
  readonly ceremony: Uint8Array;
  /** `commitmentTo` its registration. */
  readonly commitment: Uint8Array;
}

/** What a validator keeps for itself until the list is closed, and sends then. */
export interface RegistrationFile {
  readonly ceremony: Uint8Array;
  /** The sealed ceremony for which it was shown, if it was: it is shown for one alone. */
  readonly shownFor: Uint8Array | undefined;
  /** In the form of a genesis file: {@link registrationIn} reads it. */
  readonly registration: unknown;
}

const commitmentSchema: z.ZodType<Commitment> = z.strictObject({
  version: z.literal(1),
  ceremony: hash,
  commitment: hash,
});
const sealedSchema = z.strictObject({
  version: z.literal(1),
  ceremony: z.unknown(),
  commitments: z.array(hash).max(MAX_VALIDATORS),
});
const registrationSchema = z.strictObject({
  version: z.literal(1),
  ceremony: hash,
  shownFor: hash.optional(),
  registration: z.unknown(),
});

const text = (value: object): string => `${JSON.stringify({ version: 1, ...value }, null, 2)}\n`;

/** A ceremony as a text: a genesis file without validators. Throws `NodeError` (`genesis-malformed`). */
export const encodeCeremony = (ceremony: Ceremony): string => encodeGenesisFile({ ...ceremony, validators: [] });

/** The ceremony in a text of {@link encodeCeremony}. Throws `NodeError`: `genesis-malformed`, `ceremony`. */
export function decodeCeremony(given: string): Ceremony {
  const { validators, ...ceremony } = decodeGenesisFile(given);
  if (validators.length === 0) return ceremony;
  throw new NodeError('ceremony', 'This is a genesis, not the beginning of a ceremony: it names validators.');
}

/** A commitment as a text. */
export const encodeCommitment = ({ ceremony, commitment }: Commitment): string =>
  text({ ceremony: bytesToHex(ceremony), commitment: bytesToHex(commitment) });

/** The commitment in a text of {@link encodeCommitment}. Throws `NodeError` (`ceremony`). */
export const decodeCommitment = (given: string): Commitment => parse(given, commitmentSchema, 'commitment');

/** A sealed ceremony as a text. */
export const encodeSealed = ({ ceremony, commitments }: SealedCeremony): string =>
  text({ ceremony: JSON.parse(encodeCeremony(ceremony)), commitments: commitments.map(bytesToHex) });

/** The sealed ceremony in a text of {@link encodeSealed}. Throws `NodeError`: `ceremony`, `genesis-malformed`. */
export function decodeSealed(given: string): SealedCeremony {
  const { ceremony, commitments } = parse(given, sealedSchema, 'sealed ceremony');
  return sealCeremony(decodeCeremony(JSON.stringify(ceremony)), commitments);
}

/** A registration as the text of its file. */
export const encodeRegistration = (
  ceremony: Ceremony,
  file: Pick<RegistrationFile, 'ceremony' | 'shownFor'> & { readonly registration: Registration },
): string => {
  const genesis = JSON.parse(encodeGenesisFile({ ...ceremony, outputs: [], validators: [file.registration] }));
  return text({
    ceremony: bytesToHex(file.ceremony),
    ...(file.shownFor !== undefined && { shownFor: bytesToHex(file.shownFor) }),
    registration: genesis.validators[0],
  });
};

/** What a text of {@link encodeRegistration} says. Throws `NodeError` (`ceremony`). */
export const decodeRegistration = (given: string): RegistrationFile => {
  const { ceremony, shownFor, registration } = parse(given, registrationSchema, 'registration');
  return { ceremony, shownFor, registration };
};

/** The registration of a file for this ceremony. Throws `NodeError` (`genesis-malformed`). */
export function registrationIn(ceremony: Ceremony, { registration }: RegistrationFile): Registration {
  const genesis = JSON.parse(encodeCeremony({ ...ceremony, outputs: [] }));
  return decodeGenesisFile(JSON.stringify({ ...genesis, validators: [registration] })).validators[0]!;
}

function parse<Value>(given: string, schema: z.ZodType<Value>, what: string): Value {
  if (given.length > MAX_LENGTH) throw new NodeError('ceremony', `A ${what} has at most ${MAX_LENGTH} characters.`);
  let json: unknown;
  try {
    json = JSON.parse(given);
  } catch (cause) {
    throw new NodeError('ceremony', `This ${what} is not JSON.`, {}, cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new NodeError('ceremony', `This is no ${what}: ${describeIssues(parsed.error.issues)}.`);
}
