import type { Genesis, Registration } from '@ios/client';
import { chainName, encodeGenesis } from '@ios/client';
import { isValidKey } from '@ios/crypto/edwards25519';
import { KEY_KINDS, type KeyGroups } from '@ios/crypto/keys';
import { verifyPossession } from '@ios/crypto/possession';
import { checkOwners, MAX_AMOUNT } from '@ios/ledger';
import { multiaddr } from '@multiformats/multiaddr';
import { bytesToHex } from '@noble/hashes/utils.js';
import { primitives } from '../core.ts';
import { NodeError } from '../errors.ts';
import { policyProblem } from './policy.ts';

/**
 * Whether a genesis may start a chain: it has an encoding and a validator; validators stand in ascending order of their
 * identity keys, at least one for each shard, and no key or address is there twice; every key comes with a proof of possession, which also shows that
 * it has prime order; every owner is a key that may enter the ledger; the supply is at most 2^64 - 1; the policy is within
 * its bounds. With the WebAssembly core a validator takes half a millisecond and an owner some microseconds. Throws `ClientError`
 * (`genesis-malformed`), or `NodeError` (`genesis-invalid`) with a sentence that says which rule is broken, and where.
 */
export function checkGenesis(genesis: Genesis, groups: KeyGroups = primitives().groups): void {
  encodeGenesis(genesis);
  const problem = policyProblem(genesis.policy);
  if (problem !== undefined) throw invalid(problem);
  checkOrder(genesis.validators);
  checkShards(genesis);
  checkDistinct(genesis.validators);
  const name = chainName(genesis);
  for (const [index, registration] of genesis.validators.entries())
    checkRegistration(registration, index, name, groups);
  checkOutputs(genesis, groups);
}

function checkOrder(validators: readonly Registration[]): void {
  if (validators.length === 0) throw invalid('A genesis names at least one validator.');
  const identities = validators.map(({ identity }) => bytesToHex(identity));
  for (let i = 1; i < identities.length; i++) {
    if (identities[i - 1]! >= identities[i]!) {
      throw invalid(`Validator ${i} does not follow the one before it in the order of identity keys.`, {
        validator: i,
      });
    }
  }
}

function checkShards({ validators, policy }: Genesis): void {
  const { shards } = policy;
  if (shards <= validators.length) return;
  throw invalid(`The policy's shards are ${shards}, and the validators ${validators.length}: each shard needs one.`, {
    shards,
    validators: validators.length,
  });
}

function checkDistinct(validators: readonly Registration[]): void {
  const seen = new Set<string>();
  for (const [index, registration] of validators.entries()) {
    for (const kind of KEY_KINDS) claim(seen, bytesToHex(registration[kind]), `${kind} key`, index);
    for (const address of registration.addresses) claim(seen, address, 'address', index);
  }
}

function claim(seen: Set<string>, value: string, what: string, validator: number): void {
  if (seen.has(value)) throw invalid(`The ${what} ${value} of validator ${validator} is there twice.`, { validator });
  seen.add(value);
}

function checkRegistration(registration: Registration, validator: number, name: Uint8Array, groups: KeyGroups): void {
  const { identity, keyEpoch, proofs, owner, addresses } = registration;
  for (const kind of KEY_KINDS) {
    const claimed = { kind, chainName: name, identity, keyEpoch };
    if (!verifyPossession(claimed, registration[kind], proofs[kind], groups)) {
      throw invalid(`Validator ${validator} does not prove possession of its ${kind} key.`, { validator, kind });
    }
  }
  if (!isValidKey(owner, groups.edwards25519))
    throw invalid(`The owner of validator ${validator} is no key for outputs.`, { validator });
  for (const address of addresses) {
    if (!isListenAddress(address)) {
      throw invalid(
        `Validator ${validator} has the address ${address}; one such as /ip4/192.0.2.1/tcp/4001 is wanted.`,
        { validator, address },
      );
    }
  }
}

/** A multiaddr in its one spelling: a host and a TCP port, and no peer. */
function isListenAddress(text: string): boolean {
  try {
    const address = multiaddr(text);
    const [host, transport, ...more] = address.getComponents().map(({ name }) => name);
    const hosts = ['ip4', 'ip6', 'dns4', 'dns6', 'dns'];
    return hosts.includes(host ?? '') && transport === 'tcp' && more.length === 0 && address.toString() === text;
  } catch {
    return false;
  }
}

function checkOutputs({ outputs }: Genesis, { edwards25519 }: KeyGroups): void {
  const known = new Set<string>();
  const isValid = (owner: Uint8Array): boolean => {
    const hex = bytesToHex(owner);
    if (known.has(hex)) return true;
    if (!isValidKey(owner, edwards25519)) return false;
    known.add(hex);
    return true;
  };
  const rejected = checkOwners(outputs, isValid);
  if (rejected?.rejection.code === 'invalid-owner') {
    const owner = bytesToHex(rejected.rejection.owner);
    throw invalid(`The owner ${owner} of an output is no key for outputs.`, { owner });
  }
  const supply = outputs.reduce((sum, { amount }) => sum + amount, 0n);
  if (supply > MAX_AMOUNT) throw invalid('The outputs add up to more than 2^64 - 1 atomic units.', { supply });
}

const invalid = (message: string, facts: Readonly<Record<string, string | number | bigint>> = {}): NodeError =>
  new NodeError('genesis-invalid', message, facts);
