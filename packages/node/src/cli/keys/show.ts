import { placementOver } from '@ios/atomix';
import { chainName } from '@ios/client';
import { encodeAddress } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { createIdentitySigner } from '../../keys/identity-signer.ts';
import { type KeyKind, keyPath, listKeys, openKey, readLabel, type StoredKey } from '../../keys/keys-folder.ts';
import { missing } from '../files.ts';
import { readGenesis } from '../genesis-file.ts';
import { findPassword, type PasswordOptions } from '../password.ts';
import { print } from '../print.ts';
import type { KeysOptions } from './command.ts';

/** What is printed of a key as JSON; `address` and `owner` (the same key in hexadecimal digits) of an owner key alone. */
export interface KeyRecord {
  readonly name: string;
  readonly kind: KeyKind;
  readonly file: string;
  readonly address?: string;
  readonly owner?: string;
}

/** A key as it is printed as JSON. */
export function keyRecord({ name, file, label }: StoredKey): KeyRecord {
  if (label.kind !== 'owner') return { name, kind: label.kind, file };
  return { name, kind: label.kind, file, address: encodeAddress(label.owner), owner: bytesToHex(label.owner) };
}

/** A key for people, in a few lines. */
export function describeKey(key: StoredKey): string {
  const { kind, file, address } = keyRecord(key);
  return `${address === undefined ? '' : `Address  ${address}\n`}Kind     ${kind}\nFile     ${file}\n`;
}

/** `ios keys list`. */
export async function listAll({ keys: folder, json }: KeysOptions): Promise<void> {
  const found = await listKeys(folder);
  const records = found.map((key) => ('label' in key ? keyRecord(key) : key));
  const width = Math.max(0, ...found.map(({ name }) => name.length));
  const lines = records.map((record) => {
    const rest =
      'problem' in record ? `damaged    ${record.problem}` : `${record.kind.padEnd(9)}  ${record.address ?? ''}`;
    return `${record.name.padEnd(width)}  ${rest.trimEnd()}\n`;
  });
  const none = `There are no keys in ${folder}. Make one: ios keys new NAME\n`;
  print(json, { folder, keys: records }, lines.length === 0 ? none : lines.join(''));
}

interface ShowOptions extends KeysOptions, PasswordOptions {
  readonly genesis?: string;
}

/** `ios keys show`. */
export async function showKey(name: string, options: ShowOptions): Promise<void> {
  const { keys, genesis: genesisFile, json } = options;
  const file = keyPath(keys, name);
  const label = await readLabel(file).catch((error: unknown) => {
    throw missing(error, file, 'key', 'ios keys list shows those that there are.');
  });
  const key: StoredKey = { name, file, label };
  if (genesisFile === undefined) return print(json, keyRecord(key), describeKey(key));

  const genesis = await readGenesis(genesisFile);
  if (label.kind === 'owner') {
    const { shards } = genesis.policy;
    const shard = placementOver(shards)(label.owner);
    const lines = `${describeKey(key)}Network  ${genesis.name}, its coins in shard ${shard} of ${shards}\n`;
    return print(json, { ...keyRecord(key), network: genesis.name, shard }, lines);
  }
  const master = await openKey(file, await findPassword(name, options));
  const identity = bytesToHex(createIdentitySigner(master, chainName(genesis)).publicKey);
  const place = genesis.validators.findIndex((validator) => bytesToHex(validator.identity) === identity);
  const member = place < 0 ? null : place;
  print(
    json,
    { ...keyRecord(key), identity, network: genesis.name, member },
    `${describeKey(key)}Identity ${identity}\nNetwork  ${genesis.name}, ${
      member === null ? 'where it is no validator' : `validator ${member} of ${genesis.validators.length}`
    }\n`,
  );
}
