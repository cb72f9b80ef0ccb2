import { resolve } from 'node:path';
import type { Genesis } from '@ios/client';
import { chainName, genesisHash } from '@ios/client';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Command } from 'commander';
import { systemEntropy } from '../../entropy.ts';
import { NodeError } from '../../errors.ts';
import { createIdentitySigner } from '../../keys/identity-signer.ts';
import { hash, wholeNumber } from '../arguments.ts';
import { rpcUrlOf } from '../config.ts';
import { count } from '../count.ts';
import { userKeysFolder } from '../folders.ts';
import { readGenesis } from '../genesis-file.ts';
import { keyFileOf, openNamedKey } from '../key-reference.ts';
import { assertVacant } from '../new-folder.ts';
import { type PasswordOptions, withPassword } from '../password.ts';
import { print } from '../print.ts';
import { fetchGenesis } from './fetch-genesis.ts';
import { type JoinedNode, makeNodeFolder, type NodeFolderOptions } from './node-folder.ts';
import { chooseRpcPort } from './rpc-port.ts';

interface JoinOptions extends PasswordOptions {
  readonly genesis: string;
  readonly hash?: string;
  readonly key?: string;
  readonly keys: string;
  readonly listen?: readonly string[];
  readonly rpcHost: string;
  readonly rpcPort?: number;
  readonly json: boolean;
}

/** `ios join`. */
export const joinCommand = (): Command =>
  withPassword(new Command('join'))
    .argument('<folder>', 'where to make it; not there yet, or empty')
    .requiredOption('--genesis <file|url>', 'the genesis file, or the RPC address of a node that has it')
    .option('--hash <hash>', 'the hash that the genesis must have; needed with an address', hash)
    .option('--key <name>', 'your validator key, or the path of its file; without one the node is an observer')
    .option('--keys <folder>', 'the folder of keys', userKeysFolder())
    .option('--listen <multiaddr...>', 'where to listen for peers; else the addresses that you registered')
    .option('--rpc-host <host>', 'where to serve RPC', '127.0.0.1')
    .option(
      '--rpc-port <port>',
      'on which port; 0 takes a free one at each start; else the first of 7101, 7103, … that is free',
      wholeNumber(0, 65_535),
    )
    .option('--json', 'print the result as JSON', false)
    .addHelpText(
      'after',
      `
The validator key stays where it is, and the configuration names it: one key is one node, never two.
Examples: ios join node --genesis genesis.json --key vera
          ios join watch --genesis http://192.0.2.1:7101 --hash 5f0c…`,
    )
    .action(join);

async function join(path: string, options: JoinOptions, command: Command): Promise<void> {
  const { genesis: source, hash: wanted, json } = options;
  const isUrl = /^https?:\/\//.test(source);
  if (isUrl && wanted === undefined) {
    command.error(
      'error: a node could serve any genesis; say with --hash which one is wanted, from a source you trust',
    );
  }
  const folder = resolve(path);
  // Before anybody is asked for a password in vain.
  await assertVacant(folder);
  const rpc = { host: options.rpcHost, port: await chooseRpcPort(options.rpcHost, options.rpcPort) };
  const genesis = isUrl ? await fetchGenesis(source) : await readGenesis(source);
  assertHash(genesis, wanted, source);
  const node = await makeNodeFolder({
    folder,
    genesis,
    ...(await identityOf(genesis, options)),
    rpc,
    entropy: systemEntropy,
  });
  const chain = bytesToHex(genesisHash(genesis));
  const served = rpc.port === 0 ? null : rpcUrlOf(rpc);
  print(json, { ...node, rpc: served, chain, name: genesis.name }, report(node, served, genesis, chain));
}

function assertHash(genesis: Genesis, wanted: string | undefined, source: string): void {
  const found = bytesToHex(genesisHash(genesis));
  if (wanted === undefined || wanted === found) return;
  throw new NodeError(
    'genesis-invalid',
    `The genesis from ${source} has the hash ${found}, not ${wanted}. It is of another network: ask somewhere else.`,
    { found, wanted },
  );
}

/** Whose node it is to be: that of the given key, which must be a validator's here, or an observer's. */
async function identityOf(
  genesis: Genesis,
  { key, keys, listen, passwordFile, passwordStdin }: JoinOptions,
): Promise<Pick<NodeFolderOptions, 'key' | 'passwordFile' | 'listen' | 'member'>> {
  if (key === undefined) return { listen: listen ?? [], member: -1 };
  const source = {
    ...(passwordFile !== undefined && { passwordFile }),
    ...(passwordStdin !== undefined && { passwordStdin }),
  };
  const master = await openNamedKey(key, keys, source);
  const identity = createIdentitySigner(master, chainName(genesis)).publicKey;
  const member = genesis.validators.findIndex((validator) => Buffer.compare(validator.identity, identity) === 0);
  if (member < 0) {
    throw new NodeError(
      'genesis-invalid',
      `The key ${key} is no validator of ${genesis.name}. Name the key that took part in its ceremony, or leave out --key ` +
        'for an observer.',
      { identity: bytesToHex(identity) },
    );
  }
  return {
    key: { file: keyFileOf(key, keys), master },
    ...(passwordFile !== undefined && { passwordFile: resolve(passwordFile) }),
    listen: listen ?? genesis.validators[member]!.addresses,
    member,
  };
}

/** What an observer needs of others. */
const ADMISSION = `
Validators admit only whom they know: ask some to add this identity to "observers" in their configuration and to start anew.
`;

const report = (
  { config, identity, member, listen }: JoinedNode,
  rpc: string | null,
  { name, validators }: Genesis,
  chain: string,
): string => `Network    ${name}
Chain      ${chain}
Role       ${member < 0 ? `observer of ${count(validators.length, 'validator')}` : `validator ${member} of ${validators.length}`}
Identity   ${identity}
Listens    ${listen.join(', ') || 'nowhere: it dials the others'}
RPC        ${rpc ?? 'on a free port: each start prints it'}
${member < 0 ? ADMISSION : ''}
Check it:  ios doctor --config ${config}
Start it:  ios start --config ${config}
`;
