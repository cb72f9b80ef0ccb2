import { stat } from 'node:fs/promises';
import type { Genesis } from '@ios/client';
import { chainName, genesisHash } from '@ios/client';
import { bytesToHex } from '@noble/hashes/utils.js';
import { createIdentitySigner } from '../../keys/identity-signer.ts';
import { decryptMasterOf, type KeyLabel, labelOf } from '../../keys/key-file.ts';
import { readSecretFile } from '../../keys/secret-file.ts';
import { type Config, readConfig } from '../config.ts';
import { count } from '../count.ts';
import { located, missing } from '../files.ts';
import { readGenesis } from '../genesis-file.ts';
import { type Finding, failed, fault, ok, skipped, warning } from './finding.ts';

/** What a node's files hold, as far as they could be read. */
export interface NodeFiles {
  readonly config?: Config;
  readonly genesis?: Genesis;
  /** Genesis hash, 32 bytes. */
  readonly chain?: Uint8Array;
  /** The master secret, 32 bytes. */
  readonly master?: Uint8Array;
  /** Identity key in hexadecimal digits. */
  readonly identity?: string;
  /** Place in the committee, -1 for a node that is no validator. */
  readonly member?: number;
}

/** A password, `undefined` where there is no way to know it without asking. */
export type PasswordSource = (config: Config) => Promise<string | undefined>;

/** Reads a node's files one after another, and says what is wrong with each. */
export async function checkNodeFiles(
  configFile: string,
  password: PasswordSource,
): Promise<{ readonly files: NodeFiles; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const config = await attempt(findings, 'config', CONFIG_REMEDIES, () => readConfig(configFile));
  if (config === undefined) return { files: {}, findings };
  findings.push((await openToOthers('config', configFile)) ?? ok('config', `${configFile} is in order.`));

  const genesis = await attempt(findings, 'genesis', GENESIS_REMEDIES, () => readGenesis(config.genesis));
  const chain = genesis && genesisHash(genesis);
  if (genesis !== undefined && chain !== undefined) {
    const { name, validators } = genesis;
    const said = `${name}, ${count(validators.length, 'validator')}, hash ${bytesToHex(chain)}; all proofs of possession hold.`;
    findings.push((await openToOthers('genesis', config.genesis)) ?? ok('genesis', said));
  }

  const key = await attempt(findings, 'key', KEY_REMEDIES, () => readKey(config.key));
  if (key !== undefined) findings.push(ok('key', `${config.key} is a key file for its owner alone.`));
  const master = key && (await openMaster(findings, key.text, config, password));
  const identity = master && genesis && bytesToHex(createIdentitySigner(master, chainName(genesis)).publicKey);
  const member = genesis?.validators.findIndex((validator) => bytesToHex(validator.identity) === identity);
  if (genesis !== undefined && identity !== undefined && member !== undefined) {
    findings.push(roleOf(key?.label, member, genesis, identity));
  } else {
    findings.push(skipped('role', 'Whether the key is a validator of this genesis: key or genesis cannot be read.'));
  }
  return {
    files: {
      config,
      ...(genesis && { genesis }),
      ...(chain && { chain }),
      ...(master && { master }),
      ...(identity !== undefined && member !== undefined && { identity, member }),
    },
    findings,
  };
}

/** What to do about a file that cannot be read, by the code of the error, and about any other error. */
interface Remedies {
  readonly missing: string;
  readonly permissions?: string;
  readonly 'key-malformed'?: string;
  readonly otherwise: string;
}

const CONFIG_REMEDIES: Remedies = {
  missing: 'Name the right file with --config; ios init and ios join make one.',
  otherwise: 'Correct the file: ios config schema prints what may stand in it.',
};
const COPY_GENESIS =
  'Copy genesis.json from another node of the network, and compare its hash with what was published.';
const GENESIS_REMEDIES: Remedies = { missing: COPY_GENESIS, otherwise: COPY_GENESIS };
const KEY_REMEDIES: Remedies = {
  missing: 'Restore the file from a copy, or correct "key" in the configuration.',
  permissions: 'Make the file readable for its owner alone: chmod 600.',
  otherwise: 'Restore the file from a copy.',
};
const PASSWORD_REMEDIES: Remedies = {
  missing: 'Write the password to the file (one line, chmod 600), or name another with --password-file.',
  permissions: 'Make the password file readable for its owner alone: chmod 600.',
  'key-malformed': 'Restore the key file from a copy.',
  otherwise: 'Correct the password file (one line), or name another with --password-file.',
};
const UNREADABLE = 'Give the user of the node the right to read the file.';

function remedyFor(error: unknown, remedies: Remedies): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM') return UNREADABLE;
  const known = code === 'missing' || code === 'permissions' || code === 'key-malformed' ? remedies[code] : undefined;
  return known ?? remedies.otherwise;
}

/** What `read` gives; what it throws becomes a finding. */
async function attempt<Value>(
  findings: Finding[],
  check: string,
  remedies: Remedies,
  read: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    findings.push(failed(check, error, remedyFor(error, remedies)));
    return undefined;
  }
}

/** A finding where others than the owner may write a file. */
async function openToOthers(check: string, path: string): Promise<Finding | undefined> {
  const { mode } = await stat(path);
  if (process.platform === 'win32' || (mode & 0o022) === 0) return undefined;
  return warning(check, `Others than its owner may change ${path}.`, `Run: chmod go-w ${path}`);
}

async function readKey(path: string): Promise<{ readonly text: string; readonly label: KeyLabel | undefined }> {
  const text = await readSecretFile(path).catch((error: unknown) => {
    throw missing(error, path, 'key file', 'Restore it from a copy, or correct the configuration.');
  });
  try {
    return { text, label: labelOf(text) };
  } catch (error) {
    throw located(error, path);
  }
}

async function openMaster(
  findings: Finding[],
  text: string,
  config: Config,
  password: PasswordSource,
): Promise<Uint8Array | undefined> {
  const master = await attempt(findings, 'password', PASSWORD_REMEDIES, async () => {
    const given = await password(config);
    return given === undefined ? 'unknown' : decryptMasterOf(config.key, text, given);
  });
  if (master === undefined) return undefined;
  if (master === 'unknown') {
    findings.push(skipped('password', 'The configuration names no password file, and none was given.'));
    return undefined;
  }
  findings.push(ok('password', 'The password opens the key.'));
  return master;
}

/** Whether the key belongs to the genesis. */
function roleOf(label: KeyLabel | undefined, member: number, { name, validators }: Genesis, identity: string): Finding {
  if (member >= 0) return ok('role', `The key is validator ${member} of ${validators.length}, ${identity}.`);
  if (label?.kind === 'observer') return ok('role', `The key is an observer's, ${identity}: the node decides nothing.`);
  return fault(
    'role',
    `The key is no validator of ${name}: its identity there would be ${identity}.`,
    'Name the genesis of the network for which the key registered, or the key that registered for this one.',
  );
}
