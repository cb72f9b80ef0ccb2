import { genesisHash } from '@ios/client';
import { encodeAddress, formatIos, type Output, parseIos } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Command } from 'commander';
import { systemEntropy } from '../entropy.ts';
import { DEFAULT_POLICY } from '../genesis/policy.ts';
import { assertSafeShards } from '../genesis/sharding.ts';
import { readPasswordFile } from '../keys/password.ts';
import { allocation } from './allocation.ts';
import { wholeNumber } from './arguments.ts';
import { count } from './count.ts';
import { missing } from './files.ts';
import { createLocalNetwork, type LocalNetwork } from './local-network.ts';

interface InitOptions {
  readonly name: string;
  readonly validators: number;
  readonly shards: number;
  readonly allowInsecure: boolean;
  readonly basePort: number;
  readonly allocate: readonly Output[];
  readonly passwordFile?: string;
  readonly json: boolean;
}

/** What each validator's owner gets when nothing else is asked for, in IOS. */
const DEFAULT_ALLOCATION = '1000000';
/** The most validators of a network on one machine. */
const MAX_LOCAL = 64;
/** The first port that is no longer for programs of the system. */
const FIRST_PORT = 1024;

/** `ios init`. */
export const initCommand = (): Command =>
  new Command('init')
    .argument('<folder>', 'where to make them; not there yet, or empty')
    .option('--name <name>', 'name of the network', 'local')
    .option('--validators <number>', 'how many validators', wholeNumber(1, MAX_LOCAL), 4)
    .option('--shards <number>', 'into how many shards they are divided', wholeNumber(1, MAX_LOCAL), 1)
    .option('--allow-insecure', 'even if a shard may well have too many faulty validators', false)
    .option(
      '--base-port <port>',
      'validator i talks on this + 2i, and serves RPC on this + 2i + 1',
      wholeNumber(FIRST_PORT, 65_534),
      7100,
    )
    .option(
      '--allocate <address=amount...>',
      'who gets how many IOS; else each validator gets a million',
      allocation,
      [],
    )
    .option('--password-file <file>', 'one password for all keys; else each validator gets one of its own in a file')
    .option('--json', 'print the result as JSON', false)
    .addHelpText(
      'after',
      `
Example: ios init net --validators 4 && ios start --config net/validator-0/config.json`,
    )
    .action(init);

async function init(folder: string, options: InitOptions, command: Command): Promise<void> {
  const { name, validators, shards, allowInsecure, basePort, allocate, passwordFile, json } = options;
  if (basePort + 2 * validators > 65_536) {
    command.error(`error: ${validators} validators do not fit above port ${basePort}; choose a lower --base-port`);
  }
  if (shards > validators) {
    command.error(
      `error: ${shards} shards need as many validators, and there are ${validators}; choose fewer --shards`,
    );
  }
  if (!allowInsecure) assertSafeShards(validators, shards);
  const password = passwordFile === undefined ? undefined : await readPassword(passwordFile);
  const network = await createLocalNetwork({
    folder,
    name,
    ports: Array.from({ length: validators }, (_, i) => ({ peers: basePort + 2 * i, rpc: basePort + 2 * i + 1 })),
    policy: { ...DEFAULT_POLICY, shards },
    outputs: (owners) => (allocate.length > 0 ? allocate : owners.map(million)),
    ...(password !== undefined && { password }),
    entropy: systemEntropy,
  });
  process.stdout.write(
    json ? `${JSON.stringify(summary(network, basePort))}\n` : report(network, basePort, passwordFile),
  );
}

const million = (owner: Uint8Array): Output => ({ amount: parseIos(DEFAULT_ALLOCATION), owner });

async function readPassword(path: string): Promise<string> {
  try {
    return await readPasswordFile(path);
  } catch (error) {
    throw missing(error, path, 'password file', 'Write one line to it, and run: chmod 600 on it.');
  }
}

interface Summary {
  readonly chain: string;
  readonly name: string;
  readonly genesis: string;
  readonly supply: string;
  readonly validators: readonly {
    readonly config: string;
    readonly identity: string;
    readonly owner: string;
    readonly peers: string;
    readonly rpc: string;
  }[];
}

const summary = ({ genesis, genesisFile, validators }: LocalNetwork, basePort: number): Summary => ({
  chain: bytesToHex(genesisHash(genesis)),
  name: genesis.name,
  genesis: genesisFile,
  supply: formatIos(genesis.outputs.reduce((sum, { amount }) => sum + amount, 0n)),
  validators: validators.map(({ config, registration }, i) => ({
    config,
    identity: bytesToHex(registration.identity),
    owner: encodeAddress(registration.owner),
    peers: registration.addresses[0]!,
    rpc: `http://127.0.0.1:${basePort + 2 * i + 1}`,
  })),
});

function report(network: LocalNetwork, basePort: number, passwordFile: string | undefined): string {
  const { chain, name, genesis, supply, validators } = summary(network, basePort);
  const passwords =
    passwordFile === undefined
      ? 'Each validator has a password of its own in the file "password" beside its keys (mode 0600).'
      : `All keys have the password in ${passwordFile}; start with --password-file.`;
  const start = (config: string): string =>
    `  ios start --config ${config}${passwordFile === undefined ? '' : ` --password-file ${passwordFile}`}`;
  return `Network  ${name}
Chain    ${chain}
Genesis  ${genesis}
Supply   ${supply} IOS in ${count(network.genesis.outputs.length, 'output')}

${validators.map(({ owner, rpc }, i) => `Validator ${i}  ${rpc}  fees to ${owner}`).join('\n')}

${passwords}
The seed of each owner is in owner.json beside key.json, under the same password.

Start each in a terminal of its own:
${validators.map(({ config }) => start(config)).join('\n')}
`;
}
