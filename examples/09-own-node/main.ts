// A node of your own: the consensus engine, the host and the memory twins of the libraries, and an application that has
// nothing to do with money. Four members keep one guest book: whoever leads writes the next entry, all agree on it.
import {
  type Command,
  createReplica,
  type HeightContext,
  type Output,
  rotation,
  type Statement,
  signatureClaims,
  signatureListCollector,
} from '@ios/bft';
import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { taggedHash } from '@ios/crypto/transcript';
import { createInlineVerifier, startMachine, systemClock } from '@ios/node';
import { createMemoryHub } from '@ios/node/network';
import { createMemoryDisk, openMemoryStore } from '@ios/node/store';

const NAMES = ['Ada', 'Barbara', 'Grace', 'Radia'];
const ENTRIES = 6;

// 1. Identities. A real node keeps its seed in an encrypted file; here it is fixed, so that every run is the same.
const seeds = NAMES.map((_, i) => new Uint8Array(32).fill(i + 1));
const members = seeds.map((seed) => {
  const key = getPublicKey(seed);
  return { key, peer: Buffer.from(key).toString('hex') };
});
const nameOf = (peer: string): string => NAMES[members.findIndex((member) => member.peer === peer)]!;

// 2. What everybody agrees on beforehand: the chain, who decides, and who leads when.
const chain = taggedHash('examples/own-node/v1/chain');
const scope = { chain, instance: 'guest-book' };
const context: HeightContext = { epoch: 0, stepEntry: new Uint8Array(32), committee: members };
const schedule = rotation({ order: [2, 0, 3, 1], baseTimeout: 5_000, maxTimeout: 60_000 });

// 3. A value is an entry of the book; its digest is what consensus speaks of.
const digest = (value: Uint8Array): Uint8Array => taggedHash('examples/own-node/v1/entry', value);
const write = (height: number, author: string): Uint8Array => Buffer.from(`${height}. ${author} was here`);

// 4. The network and the verifier that all four share in this one process.
const hub = createMemoryHub();
const verifier = createInlineVerifier();
const verify = async ({ signatures, certificates }: Statement): Promise<boolean> => {
  const listed = certificates.map(({ certificate, endorsed, committee }) =>
    signatureClaims(certificate, endorsed, committee),
  );
  if (listed.includes(undefined)) return false;
  return verifier.holds({ signatures: [...signatures, ...listed.flatMap((claims) => claims!)] });
};

// 5. One member: a replica under a host, and the application that answers it.
const startMember = async (i: number, onEntry: (entry: string, certificate: readonly string[]) => void) => {
  const self = members[i]!.peer;
  const book: string[] = [];
  const network = hub.join({
    self,
    chain,
    peers: members.map(({ peer }) => ({ peer, addresses: [] })),
    topics: [],
    protocols: [{ name: 'book', maxBytes: 65_536 }],
  });

  const application = (request: Output): Command | undefined => {
    switch (request.type) {
      case 'propose':
        return {
          type: 'proposal',
          height: request.height,
          view: request.view,
          value: write(request.height, nameOf(self)),
        };
      case 'check': {
        // An entry is acceptable when its proposer signed it with its own name, and with the right number.
        const expected = write(request.height, nameOf(members[request.proposer]!.peer));
        return {
          type: 'checked',
          height: request.height,
          view: request.view,
          digest: request.digest,
          valid: Buffer.compare(expected, request.value) === 0,
        };
      }
      case 'decide':
        book.push(Buffer.from(request.value).toString());
        onEntry(
          book.at(-1)!,
          NAMES.filter((_, k) => (request.certificate.mask[0]! >> k) & 1),
        );
        return book.length < ENTRIES ? { type: 'begin', height: book.length + 1, context, parent: request } : undefined;
      default:
        return undefined; // nobody falls behind here, and nobody cheats
    }
  };

  const host = await startMachine({
    machine: createReplica({
      scope,
      self,
      schedule,
      digest,
      collector: signatureListCollector({ scope, self }),
      limits: { valueBytes: 1_024, messageBytes: 65_536, pendingPerPeer: 16, futurePerPeer: 8 },
    }),
    clock: systemClock,
    store: await openMemoryStore(createMemoryDisk(), { format: 1, chain }),
    prefix: Uint8Array.of(1),
    send: (peer, bytes) => network.send(peer, 'book', bytes),
    broadcast: (bytes) => {
      for (const peer of network.peers()) network.send(peer, 'book', bytes);
    },
    verify,
    sign: async (_kind, message) => sign(message, seeds[i]!),
    output: (request) => {
      const answer = application(request);
      if (answer !== undefined) host.command(answer);
    },
    fail: (cause) => {
      throw cause;
    },
  });
  await network.start({
    message: (peer, _protocol, bytes) => host.message(peer, bytes),
    gossip() {},
    connected() {},
    disconnected() {},
  });
  return {
    begin: () => host.command({ type: 'begin', height: 1, context, parent: undefined }),
    stop: () => {
      host.stop();
      return network.stop();
    },
    book,
  };
};

// 6. Run until everybody has the whole book.
let written = 0;
let finish = (): void => {};
const finished = new Promise<void>((resolve) => {
  finish = resolve;
});
const running = await Promise.all(
  NAMES.map((_, i) =>
    startMember(i, (entry, signers) => {
      if (i === 0) console.log(`${entry} (endorsed by ${signers.length} of ${NAMES.length})`);
      written += 1;
      if (written === NAMES.length * ENTRIES) finish();
    }),
  ),
);
for (const { begin } of running) begin();
await finished;
for (const { stop } of running) await stop();

const [first, ...others] = running.map(({ book }) => book.join('\n'));
console.log(
  `The ${others.length} other books are ${others.every((book) => book === first) ? 'the same' : 'different'}.`,
);
