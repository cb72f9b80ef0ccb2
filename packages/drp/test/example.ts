import { getPublicKey, sign } from '@ios/crypto/ed25519';
import {
  answerRequest,
  checkStatement,
  createDrp,
  createQuorumSignOff,
  type DrpCommand,
  type DrpConfig,
  type DrpOutput,
  encodeEndorsements,
  endorsementMessage,
  type Input,
  selectionDigest,
  verifyTranscript,
} from '@ios/drp';
import { schoenmakersPvss as scheme } from '@ios/pvss';
import { bytesToHex } from '@noble/hashes/utils.js';

export const example = (): string[] => {
  const lines: string[] = [];

  // Four servers by ascending identity key, one of whom may be faulty.
  const people = [1, 2, 3, 4]
    .map((i) => {
      const seed = new Uint8Array(32).fill(i);
      const shareKey = scheme.generateKey();
      return { seed, shareKey, identity: getPublicKey(seed), share: scheme.publicKey(shareKey) };
    })
    .sort((a, b) => (bytesToHex(a.identity) < bytesToHex(b.identity) ? -1 : 1));
  const names = people.map(({ identity }) => bytesToHex(identity));
  const config: Omit<DrpConfig, 'self'> = {
    scheme,
    chain: new Uint8Array(32).fill(5),
    epoch: 1,
    randomness: new Uint8Array(32).fill(6),
    roster: people,
    policy: { faults: 1, groupSize: 32, oneGroupUpTo: 64, biasBits: 40 },
    timeouts: { ask: 500, deal: 2_000, fetch: 500, decrypt: 2_000 },
    limits: { sessions: 4, selections: 4, serves: 4 },
  };
  const identities = people.map(({ identity }) => identity);
  const signOff = createQuorumSignOff(identities, 3);

  // A host in a few lines: nothing is lost, so that no timer is needed; it would store each dealing, and what is to persist.
  const servers = people.map((secrets, self) => {
    const machine = createDrp({ ...config, self });
    return { machine, state: machine.init(new Map()), secrets, told: [] as DrpOutput[] };
  });
  const queue: { to: number; input: Input<DrpCommand> }[] = [];
  const tellAll = (value: DrpCommand): void => {
    for (const to of servers.keys()) queue.push({ to, input: { type: 'command', value } });
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { to, input } = next;
      const server = servers[to]!;
      const { seed, shareKey } = server.secrets;
      const { state, effects } = server.machine.step(server.state, input);
      server.state = state;
      for (const effect of effects) {
        if (effect.type === 'output') server.told.push(effect.value);
        if (effect.type === 'send') {
          const message = { type: 'message', from: names[to]!, bytes: effect.bytes } as const;
          queue.push({ to: names.indexOf(effect.to), input: message });
        }
        if (effect.type === 'verify') {
          const valid = checkStatement({ scheme }, effect.statement, crypto.getRandomValues(new Uint8Array(32)));
          queue.push({ to, input: { type: 'verified', id: effect.id, valid } });
        }
        if (effect.type === 'sign') {
          const secrets = { scheme, shareKey, signOff, sign: (message: Uint8Array) => sign(message, seed) };
          queue.push({ to, input: { type: 'signed', id: effect.id, signature: answerRequest(secrets, effect) } });
        }
      }
    }
  };

  // Server 2 is the client: all deal, and it selects two dealings.
  tellAll({ type: 'open', session: { attempt: 0, view: 0, client: 2, excluded: [] } });
  const selection = servers[2]!.told.find((one) => one.type === 'selection')!.selection;
  lines.push('the client has selected');

  // Everybody checks them; three who agree sign the selection, each this one of the attempt and no other.
  tellAll({ type: 'check', selection });
  const agreed = servers.filter(({ told }) => told.some((one) => one.type === 'checked' && one.valid));
  lines.push(`${agreed.length} of ${servers.length} servers agree`);
  const message = endorsementMessage(selectionDigest(selection));
  const proof = encodeEndorsements(
    [0, 1, 3].map((server) => ({ server, signature: sign(message, people[server]!.seed) })),
  );

  // Now, and not before, they decrypt their shares and send them to each other; each recovers the same 32 bytes.
  tellAll({ type: 'signedOff', selection, proof });
  const recovered = servers.map(({ told }) => told.find((one) => one.type === 'recovered')!);
  const outputs = new Set(recovered.map(({ output }) => bytesToHex(output)));
  lines.push(`${recovered.length} servers recover ${outputs.size} output of ${recovered[0]!.output.length} bytes`);

  // Who was not there needs the transcript, and what it knows of the epoch itself.
  const verdict = verifyTranscript(recovered[3]!.transcript, { ...config, signOff, excluded: [] });
  lines.push(`the transcript holds: ${verdict.valid}`);
  const changed = recovered[3]!.transcript.slice();
  changed[changed.length - 1]! ^= 1;
  const refused = verifyTranscript(changed, { ...config, signOff, excluded: [] });
  lines.push(`with one bit of the output changed: ${refused.valid || refused.reason}`);
  return lines;
};
