import { encodeGenesisFile, type Genesis, genesisHash, type Policy } from '@ios/client';
import { formatIos, type Output } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { systemEntropy } from '../../entropy.ts';
import { NodeError } from '../../errors.ts';
import { assembleGenesis, assertOfCeremony, ceremonyHash, sealCeremony, sealedHash } from '../../genesis/ceremony.ts';
import { encodeCeremony, encodeSealed } from '../../genesis/ceremony-files.ts';
import { DEFAULT_POLICY, policyProblem } from '../../genesis/policy.ts';
import { assertSafeShards } from '../../genesis/sharding.ts';
import { describeIssues } from '../../schema-issues.ts';
import { allocation } from '../allocation.ts';
import { count } from '../count.ts';
import { readText, writeNew } from '../files.ts';
import { readGenesis } from '../genesis-file.ts';
import { print } from '../print.ts';
import { readCeremony, readCommitment, readOpening, readSealed } from './files.ts';

interface NewOptions {
  readonly name: string;
  readonly allocate: readonly Output[];
  readonly allocations?: string;
  readonly policy?: string;
  readonly shards?: number;
  readonly json: boolean;
}

/** `ios ceremony new`. */
export async function newCeremony(file: string, options: NewOptions): Promise<void> {
  const { name, allocate, allocations, json } = options;
  const listed = allocations === undefined ? [] : await readAllocations(allocations);
  const given = options.policy === undefined ? DEFAULT_POLICY : await readPolicy(options.policy);
  const policy = { ...given, shards: options.shards ?? given.shards };
  const outputs = [...allocate, ...listed];
  const ceremony = { version: 1, name, nonce: systemEntropy(32), outputs, policy } as const;
  await writeNew(file, encodeCeremony(ceremony));
  const hash = bytesToHex(ceremonyHash(ceremony));
  const supply = formatIos(outputs.reduce((sum, { amount }) => sum + amount, 0n));
  print(
    json,
    { file, name, ceremony: hash, supply, outputs: outputs.length },
    `Ceremony  ${hash}\nSupply    ${supply} IOS in ${count(outputs.length, 'output')}\n
Send ${file} to every validator; each runs: ios ceremony register ${file} --key NAME --owner ADDRESS --address MULTIADDR
`,
  );
}

interface OutputOptions {
  readonly output: string;
  readonly json: boolean;
}

/** `ios ceremony seal`. */
export async function seal(
  ceremonyFile: string,
  files: readonly string[],
  { output, json }: OutputOptions,
): Promise<void> {
  const ceremony = await readCeremony(ceremonyFile);
  const commitments = await Promise.all(files.map((file) => readCommitment(file, ceremony)));
  const sealed = sealCeremony(ceremony, commitments);
  await writeNew(output, encodeSealed(sealed));
  const hash = bytesToHex(sealedHash(sealed));
  print(
    json,
    { file: output, sealed: hash, validators: commitments.length },
    `Sealed      ${hash}\nValidators  ${commitments.length}\n
Send ${output} to every validator; each runs: ios ceremony open ${output} NAME.registration.json
`,
  );
}

/** `ios ceremony assemble`. */
export async function assemble(
  sealedFile: string,
  files: readonly string[],
  { output, allowInsecure, json }: OutputOptions & { readonly allowInsecure: boolean },
): Promise<void> {
  const sealed = await readSealed(sealedFile);
  const openings = await Promise.all(files.map((file) => readOpening(file, sealed)));
  const genesis = assembleGenesis(sealed, openings);
  if (!allowInsecure) assertSafeShards(genesis.validators.length, genesis.policy.shards);
  await writeNew(output, encodeGenesisFile(genesis));
  print(
    json,
    { file: output, ...outcome(genesis) },
    `${describe(genesis)}
Send ${output} to every validator, and tell the hash on another way; each runs: ios ceremony verify ${sealedFile} ${output}
`,
  );
}

/** `ios ceremony verify`. */
export async function verify(sealedFile: string, genesisFile: string, { json }: OutputOptions): Promise<void> {
  const [sealed, genesis] = await Promise.all([readSealed(sealedFile), readGenesis(genesisFile)]);
  assertOfCeremony(sealed, genesis);
  print(
    json,
    { ...outcome(genesis), sealed: bytesToHex(sealedHash(sealed)) },
    `${describe(genesis)}\nThis genesis is the outcome of the sealed ceremony; every proof of possession holds.\n`,
  );
}

const outcome = (genesis: Genesis): object => ({
  chain: bytesToHex(genesisHash(genesis)),
  name: genesis.name,
  validators: genesis.validators.map(({ identity }) => bytesToHex(identity)),
});

const describe = (genesis: Genesis): string =>
  `Network     ${genesis.name}\nHash        ${bytesToHex(genesisHash(genesis))}\nValidators  ${genesis.validators.length}\nShards      ${genesis.policy.shards}\n`;

/** Outputs in a text with one `address=amount` a line. Throws `NodeError`: `missing`, `ceremony` with the line. */
async function readAllocations(path: string): Promise<readonly Output[]> {
  const lines = (await readText(path, 'list of allocations', 'Check the path.')).split('\n');
  return lines.flatMap((line, i) => {
    const said = line.replace(/#.*/, '').trim();
    if (said === '') return [];
    try {
      return allocation(said, []);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new NodeError('ceremony', `${path}, line ${i + 1}: ${error.message}`, { path, line: i + 1 }, error);
    }
  });
}

const field = z.int().optional();
const units = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,19})$/, 'a decimal number of atomic units wanted')
  .transform(BigInt)
  .optional();
const policySchema = z.strictObject({
  shards: field,
  lockFee: units,
  blockBytes: field,
  blockTransactions: field,
  blockIntervalMs: field,
  idleMs: field,
  baseTimeoutMs: field,
  maxTimeoutMs: field,
  epochMinBlocks: field,
  epochMaxBlocks: field,
  closingBlocks: field,
  lotteryMs: field,
  beaconTimeoutMs: field,
} satisfies Record<keyof Policy, unknown>);

/** The default policy with what a file says instead. Throws `NodeError`: `missing`, `ceremony`. */
async function readPolicy(path: string): Promise<Policy> {
  const given = policySchema.safeParse(parseJson(await readText(path, 'policy', 'Check the path.'), path));
  if (!given.success) throw new NodeError('ceremony', `${path} is no policy: ${describeIssues(given.error.issues)}.`);
  const said = Object.fromEntries(Object.entries(given.data).filter(([, value]) => value !== undefined));
  const policy: Policy = { ...DEFAULT_POLICY, ...said };
  const problem = policyProblem(policy);
  if (problem !== undefined) throw new NodeError('ceremony', `${path}: ${problem}`, { path });
  return policy;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NodeError('ceremony', `${path} is not JSON.`, { path }, cause);
  }
}
