/**
 * What scripts/test-browser.mjs has a page do: each step is a function that takes and gives JSON, so that the script, which
 * is no browser, can hold the results against what it knows.
 * @module
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describeBeaconFlaw, trustBeacon, verifyBeaconBundle } from '../../src/beacon.ts';
import {
  createHttpClient,
  createWallet,
  createWebSocketClient,
  decodeFinalityProof,
  decodeGenesisFile,
  deriveOwnerKey,
  encodeFinalityProof,
  fetchFinalityProof,
  ownerKey,
  trustGenesis,
  verifyFinality,
  type WebSocketClient,
} from '../../src/index.ts';
import { decryptKey, encryptKey } from '../../src/key-file.ts';

/** A page lives as long as its script wants; what goes on between steps is kept here. */
let following: { readonly client: WebSocketClient; readonly heights: number[]; failure?: string } | undefined;

const steps = {
  /** A secret goes into a key file and comes out, for its password alone. */
  async keyFile(): Promise<{ same: boolean; refused: string }> {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const file = await encryptKey(secret, 'caf\u00e9');
    const opened = await decryptKey(file, 'cafe\u0301');
    const refused = await decryptKey(file, 'cafe').catch((error: { code: string }) => error.code);
    return { same: bytesToHex(opened) === bytesToHex(secret), refused: String(refused) };
  },

  /** A signature, with its key. */
  sign(master: string, message: string): { publicKey: string; signature: string } {
    const key = deriveOwnerKey(hexToBytes(master), 7);
    return { publicKey: bytesToHex(key.publicKey), signature: bytesToHex(key.sign(hexToBytes(message))) };
  },

  /** Calls and a batch, over each transport. */
  async calls(url: string): Promise<unknown> {
    const socket = createWebSocketClient(url.replace('http', 'ws'));
    const said: unknown[] = [];
    for (const client of [createHttpClient(url), socket]) {
      const { name, chain } = await client.call('getStatus', {});
      const [head, none] = await client.batch([
        { method: 'getHead', params: {} },
        { method: 'getBlock', params: { height: 0 } },
      ]);
      said.push({ name, chain, head: 'result' in head, none: 'error' in none && none.error.facts['rpcCode'] });
    }
    socket.close();
    return said;
  },

  /** A payment from the key file, until it is final, and its proof. */
  async pay(
    url: string,
    genesis: string,
    keyFile: string,
    password: string,
  ): Promise<{ id: string; height: number; spent: string; proof: string }> {
    const to = deriveOwnerKey(crypto.getRandomValues(new Uint8Array(32)), 0).address;
    const network = trustGenesis(decodeGenesisFile(genesis));
    const client = createHttpClient(url);
    const wallet = createWallet({ client, network, keys: [ownerKey(await decryptKey(keyFile, password))] });
    const before = await wallet.balance();
    const sent = await wallet.send([{ to, amount: 150_000_000n }], { fee: 10n, signal: AbortSignal.timeout(60_000) });
    const { height } = await wallet.waitFor(sent, 'final', { signal: AbortSignal.timeout(60_000) });
    const after = await wallet.balance();
    const proof = await fetchFinalityProof(client, sent.id, network);
    if (proof === undefined) throw new Error('the node shows no proof of a final transaction');
    return {
      id: sent.id,
      height,
      spent: (before.amount - after.amount).toString(),
      proof: bytesToHex(encodeFinalityProof(proof)),
    };
  },

  /** A proof against a genesis, without a network; and the same with another certificate. */
  verify(proof: string, genesis: string): { holds: boolean; forged: boolean } {
    const network = trustGenesis(decodeGenesisFile(genesis));
    const decoded = decodeFinalityProof(hexToBytes(proof));
    if (decoded.kind !== 'included') throw new Error('a payment of one owner has one voter');
    const certificate = Uint8Array.from(decoded.certificate);
    certificate[certificate.length - 1]! ^= 1;
    return { holds: verifyFinality(decoded, network), forged: verifyFinality({ ...decoded, certificate }, network) };
  },

  /** A file of the beacon against a genesis, without a network; and the same with its last byte changed. */
  beacon(bundle: string, genesis: string): { epoch: number; randomness: string; forged: string } {
    const network = trustBeacon(decodeGenesisFile(genesis));
    const bytes = hexToBytes(bundle);
    const verdict = verifyBeaconBundle(network, bytes);
    if (!verdict.valid) throw new Error(describeBeaconFlaw(verdict));
    bytes[bytes.length - 1]! ^= 1;
    const refused = verifyBeaconBundle(network, bytes);
    const { epoch, randomness } = verdict;
    return { epoch, randomness: bytesToHex(randomness), forged: refused.valid ? '' : refused.reason };
  },

  /** Follows the heads from here on. */
  follow(url: string): void {
    const client = createWebSocketClient(url.replace('http', 'ws'), { quietMs: 2_000 });
    const heights: number[] = [];
    following = { client, heights };
    const run = async (): Promise<void> => {
      for await (const { height } of client.heads({ from: 1 })) heights.push(height);
    };
    run().catch((error: Error) => {
      if (following !== undefined) following.failure = error.message;
    });
  },

  /** The heights so far. */
  followed(): { heights: readonly number[]; failure: string | undefined } {
    return { heights: following?.heights ?? [], failure: following?.failure };
  },
};

/** The steps, for the script. */
export type Steps = typeof steps;

Object.assign(globalThis, { steps });
