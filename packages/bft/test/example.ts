import {
  type Command,
  createReplica,
  type Output,
  rotation,
  type Statement,
  signatureList,
  signatureListCollector,
} from '@ios/bft';
import { simulate } from '@ios/simulator';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

const peers = ['ada', 'bob', 'cyd', 'dee'];
const seedOf = (peer: string): Uint8Array => sha256(utf8ToBytes(peer));
const committee = peers.map((peer) => ({ peer, key: ed25519.getPublicKey(seedOf(peer)) }));
const context = { epoch: 0, stepEntry: new Uint8Array(32), committee };
const scope = { chain: sha256(utf8ToBytes('genesis')), instance: 'shard/0' };

const replica = (self: string) =>
  createReplica({
    scope,
    self,
    schedule: rotation({ order: [0, 1, 2, 3], baseTimeout: 1_000, maxTimeout: 8_000 }),
    digest: sha256,
    limits: { valueBytes: 1_024, messageBytes: 8_192, pendingPerPeer: 8, futurePerPeer: 4 },
    collector: signatureListCollector({ scope, self }),
  });

const isSigned = (signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean =>
  signature.length === 64 && ed25519.verify(signature, message, key, { zip215: true });
const scheme = signatureList(isSigned);
const holds = ({ signatures, certificates }: Statement): boolean =>
  signatures.every(({ signature, message, publicKey }) => isSigned(signature, message, publicKey)) &&
  certificates.every(({ certificate, endorsed, committee }) => scheme.verify(certificate, endorsed, committee));

// The application: each member proposes a greeting when it leads, and all are content with any. Dee never starts.
export const example = (): string => {
  const log: string[] = [];
  simulate<ReturnType<ReturnType<typeof replica>['init']>, Command, Output, Statement, Uint8Array>({
    seed: 1,
    nodes: peers,
    machine: replica,
    services: { verify: holds, sign: (peer, _kind, message) => ed25519.sign(message, seedOf(peer)) },
    faults: [{ type: 'crash', node: 'dee', at: 0 }],
    onStart: (peer, { command }) => command(peer, { type: 'begin', height: 1, context, parent: undefined }),
    onOutput: (peer, output, { command }) => {
      if (output.type === 'propose')
        command(peer, { ...output, type: 'proposal', value: utf8ToBytes(`${peer} greets, height ${output.height}`) });
      if (output.type === 'check') command(peer, { ...output, type: 'checked', valid: true });
      if (output.type === 'decide') {
        const { height, certificate, value } = output;
        if (peer === 'ada')
          log.push(`${new TextDecoder().decode(value)}, view ${certificate.view}, mask ${certificate.mask[0]}`);
        command(peer, { type: 'begin', height: height + 1, context, parent: output });
      }
    },
    done: () => log.length === 4,
    until: 60_000,
  });
  return log.join('\n');
};
