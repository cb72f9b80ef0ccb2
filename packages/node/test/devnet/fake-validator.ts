import { ClientError } from '@ios/client';
import { type HeadAnswer, type MethodName, methods, type RpcMethods, type StatusAnswer } from '@ios/client/methods';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Member, ValidatorClient } from '../../src/devnet/follower.ts';
import { answerStatus } from '../../src/rpc/answers.ts';
import { type CallContext, handlers } from '../../src/rpc/handlers.ts';
import type { NodeService } from '../../src/service.ts';
import { healthyStatus } from '../rpc/fake-service.ts';
import { certify, type MadeBlock } from './chain.ts';

/** What a client is answered; a function that is missing is a call that nobody expected. */
export type Answers = { [Name in MethodName]?: (params: never) => ReturnType<RpcMethods[Name]> };

/** A client that is answered by these functions, and the names of the methods that it called. */
export const answeredBy = (answers: Answers, calls: string[] = []): ValidatorClient => ({
  async call(method, params) {
    calls.push(method);
    const answer = answers[method];
    if (answer === undefined) throw new Error(`${method} was not expected`);
    return (answer as (given: unknown) => never)(params);
  },
});

/** Validators in the order of these clients. */
export const membersOf = (clients: readonly ValidatorClient[]): Member[] =>
  clients.map((client, seat) => ({ seat, client }));

/** The error of a validator that is away. */
export const AWAY: ClientError = new ClientError('rpc-unreachable', 'away');

/** A validator that shows what a test puts into it. */
export interface FakeValidator {
  readonly client: ValidatorClient;
  readonly blocks: { height: number; hash: string; bytes: string; certificate: string }[];
  head: HeadAnswer;
  status: StatusAnswer;
  away: boolean;
  /** Shows one more block, and has it as its head. */
  show(block: MadeBlock, executionDigest: Uint8Array, certificate?: Uint8Array): void;
}

export const fakeValidator = (genesisHash: Uint8Array, executionDigest: Uint8Array): FakeValidator => {
  const fake: FakeValidator = {
    blocks: [],
    head: { height: 0, hash: bytesToHex(genesisHash), executionDigest: bytesToHex(executionDigest) },
    status: { ...answerStatus(healthyStatus), evidence: 0 },
    away: false,
    show(block, executionDigest, certificate = certify(block)) {
      const hash = bytesToHex(block.hash);
      const { height, bytes } = block;
      fake.blocks.push({ height, hash, bytes: bytesToHex(bytes), certificate: bytesToHex(certificate) });
      fake.head = { height, hash, executionDigest: bytesToHex(executionDigest) };
    },
    client: answeredBy({
      getHead() {
        if (fake.away) throw AWAY;
        return fake.head;
      },
      getStatus: () => fake.status,
      getBlock: ({ height }: { height: number }) => fake.blocks[height - 1] ?? null,
    }),
  };
  return fake;
};

/** A client of a node in this process, by the same methods that a server serves. */
export const clientOf = (service: NodeService): ValidatorClient => ({
  async call(method, params) {
    const given = methods[method].params.parse(params);
    const handle = handlers[method] as (context: CallContext, params: unknown) => unknown;
    return (await handle({ service, from: 'client', subscriptions: undefined }, given)) as never;
  },
});
