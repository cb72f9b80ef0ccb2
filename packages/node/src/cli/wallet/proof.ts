import { readFile } from 'node:fs/promises';
import {
  decodeFinalHeader,
  decodeFinalityProof,
  encodeFinalityProof,
  type FinalityProof,
  fetchFinalityProof,
  shardClients,
  type TrustedNetwork,
  trustGenesis,
  verifyFinality,
} from '@ios/client';
import { blockHash, encodeAddress, formatIos, transactionId } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Command } from 'commander';
import { NodeError } from '../../errors.ts';
import { hash } from '../arguments.ts';
import { located, missing, writeNew } from '../files.ts';
import { readGenesis } from '../genesis-file.ts';
import { clientsOf, type NodesOptions, networkOf, withGenesis, withNodes } from '../node-options.ts';
import { print } from '../print.ts';
import { seemsToBe } from '../seems.ts';

interface ProofOptions extends NodesOptions {
  readonly output: string;
  readonly json: boolean;
}

/** `ios proof`. */
export const proofCommand = (): Command =>
  withGenesis(withNodes(new Command('proof')))
    .argument('<id>', 'the id of a final transaction', hash)
    .requiredOption('-o, --output <file>', 'the file to make')
    .option('--json', 'print the result as JSON', false)
    .addHelpText(
      'after',
      `
The proof is verified before it is kept: the node need not be trusted. Whoever has the genesis verifies it, for ever, without
a network: ios verify.
Example: ios proof 8f2a… -o payment.proof --config network/validator-0/config.json`,
    )
    .action(keep);

async function keep(id: string, options: ProofOptions): Promise<void> {
  const network = await networkOf(options);
  const proof = await fetchProof(id, network, options);
  const bytes = encodeFinalityProof(proof);
  await writeNew(options.output, bytes);
  print(
    options.json,
    { file: options.output, bytes: bytes.length, ...contents(proof) },
    `${describe(proof)}\nThe proof holds; its ${bytes.length} bytes are in ${options.output}.\n`,
  );
}

/** The proof of a shard that votes on the transaction. Throws `NodeError` (`missing`) where no node shows it final. */
async function fetchProof(id: string, network: TrustedNetwork, options: NodesOptions): Promise<FinalityProof> {
  const { shards, of } = await shardClients(await clientsOf(options));
  for (const client of shards.map(of)) {
    const proof = await fetchFinalityProof(client, id, network);
    if (proof !== undefined) return proof;
  }
  const asked = shards.map((shard) => of(shard).url).join(' and ');
  throw new NodeError('missing', `${asked} shows no final transaction ${id}. ios tx ${id} says where it stands.`);
}

interface VerifyOptions {
  readonly genesis: string;
  readonly json: boolean;
}

/** `ios verify`. */
export const verifyCommand = (): Command =>
  new Command('verify')
    .argument('<proof>', 'a file of ios proof')
    .requiredOption('--genesis <file>', 'the genesis of the network')
    .option('--json', 'print the result as JSON', false)
    .addHelpText(
      'after',
      `
Nothing is asked of anybody. What is shown is that the transaction is in a block to which a quorum of the validators of that
genesis committed. Exit code 1 if the proof does not hold.
Example: ios verify payment.proof --genesis network/genesis.json`,
    )
    .action(verify);

async function verify(file: string, { genesis, json }: VerifyOptions): Promise<void> {
  const network = trustGenesis(await readGenesis(genesis));
  const proof = await readProof(file);
  if (!verifyFinality(proof, network)) {
    throw new NodeError(
      'proof',
      `${file} proves nothing in ${network.name} (${bytesToHex(network.chain)}). ${whyNot(proof, network)}`,
      { path: file },
    );
  }
  print(
    json,
    { valid: true, chain: bytesToHex(network.chain), ...contents(proof) },
    `Network      ${network.name}, ${bytesToHex(network.chain)}\n${describe(proof)}\nThe proof holds: the transaction is final.\n`,
  );
}

function whyNot({ transaction: { body } }: FinalityProof, { chain }: TrustedNetwork): string {
  const its = bytesToHex(body.chain);
  if (its !== bytesToHex(chain)) return `It is of another network, ${its}: name the genesis of that one.`;
  return 'It is damaged or forged. Fetch it again with ios proof.';
}

async function readProof(file: string): Promise<FinalityProof> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw missing(error, file, 'proof', 'ios proof makes one.');
  });
  try {
    return decodeFinalityProof(new Uint8Array(bytes));
  } catch (error) {
    const remedy = seemsToBe(bytes) ?? 'It is damaged, or no file of ios proof, which makes one.';
    throw located(error, file, ` ${remedy}`);
  }
}

interface Contents {
  readonly id: string;
  readonly height: number;
  readonly block: string;
  readonly outputs: readonly { readonly address: string; readonly amount: string }[];
}

/** What is in a proof that holds. */
const contents = (proof: FinalityProof): Contents => {
  const { body } = proof.transaction;
  const header = proof.kind === 'included' ? proof.header : decodeFinalHeader(proof.proof.header)!.header;
  return {
    id: bytesToHex(transactionId(body)),
    height: header.height,
    block: bytesToHex(blockHash(header)),
    outputs: body.outputs.map(({ owner, amount }) => ({ address: encodeAddress(owner), amount: formatIos(amount) })),
  };
};

function describe(proof: FinalityProof): string {
  const { id, height, block, outputs } = contents(proof);
  const paid = outputs.map(({ address, amount }) => `Pays         ${amount} IOS to ${address}\n`).join('');
  return `Transaction  ${id}\n${paid}Block        ${height}, ${block}`;
}
