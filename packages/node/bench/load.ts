import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  encodeTransaction,
  genesisOutpoint,
  type OutPoint,
  type Output,
  signTransaction,
  transactionId,
} from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { seedKey } from '../src/devnet/script-key.ts';
import { nodeHasher } from '../src/hasher.ts';

const OWNERS = Array.from({ length: 64 }, (_, i) => seedKey(new Uint8Array(32).fill(i + 1)));
const AMOUNT = 1_000_000n;

/** One output for each of `chains` chains of payments. */
export const loadOutputs = (chains: number): Output[] =>
  Array.from({ length: chains }, (_, i) => ({ amount: AMOUNT, owner: OWNERS[i % OWNERS.length]!.publicKey }));

/** A payment, encoded, and its id: 32 bytes, and in hex. */
export interface Payment {
  readonly id: Uint8Array;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Payments of one input and two outputs without an end, after one another on each chain; round by round, signed as needed. */
export function* payments(chain: Uint8Array, chainName: Uint8Array, chains: number): Generator<Payment, never> {
  const tips: { outpoint: OutPoint; amount: bigint; owner: number }[] = Array.from({ length: chains }, (_, i) => ({
    outpoint: genesisOutpoint(chainName, i),
    amount: AMOUNT,
    owner: i % OWNERS.length,
  }));
  for (;;) {
    for (const tip of tips) {
      const { outpoint, amount } = tip;
      const from = OWNERS[tip.owner]!;
      const next = (tip.owner + 7) % OWNERS.length;
      const outputs = [
        { amount: amount - 2n, owner: OWNERS[next]!.publicKey },
        { amount: 1n, owner: from.publicKey },
      ];
      const input = { outpoint, amount, owner: from.publicKey };
      const body = { chain, kind: 'transfer' as const, expiry: 2, inputs: [input], outputs };
      const id = transactionId(body, nodeHasher);
      yield { id, name: bytesToHex(id), bytes: encodeTransaction(signTransaction(body, from.sign, nodeHasher)) };
      Object.assign(tip, { outpoint: { id, index: 0 }, amount: amount - 2n, owner: next });
    }
  }
}

/** Microseconds of processor time that one Ed25519 verification takes here, by Node's own cryptography, with a key seen first. */
export const verificationCost = (count: number): number => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const message = new Uint8Array(32);
  const signature = sign(null, message, privateKey);
  const jwk = publicKey.export({ format: 'jwk' });
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
};

/** Microseconds of processor time that a process has used so far, all its threads; Linux counts in hundredths of a second. */
export const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
};
