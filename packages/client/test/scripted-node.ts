import { bytesToHex } from '@noble/hashes/utils.js';
import type { RpcClient } from '../src/index.ts';
import type { TransactionAnswer } from '../src/methods/answers.ts';

/** What a scripted node answers. */
export interface Script {
  readonly url?: string;
  readonly chain?: Uint8Array;
  readonly shard?: number;
  readonly shards?: number;
  readonly epoch?: number;
  /** Amounts of coins by owner key in hexadecimal digits. */
  readonly coins?: Readonly<Record<string, readonly bigint[]>>;
  /** Where every transaction stands, one after another; the last for ever. */
  readonly states?: readonly TransactionAnswer[];
  readonly submission?: object;
  /** Fails every call. */
  readonly failure?: unknown;
}

/** A node that follows a script, and remembers which methods it was asked. */
export function scripted(script: Script): { readonly client: RpcClient; readonly asked: string[] } {
  const { url = `test:${script.shard ?? 0}`, chain = new Uint8Array(32).fill(1), shard = 0, shards = 1 } = script;
  const { epoch = 0, coins = {}, states = [], submission = { status: 'pending', id: '' } } = script;
  const asked: string[] = [];
  let polls = 0;
  const answers: Readonly<Record<string, (params: { owner: string }) => unknown>> = {
    getStatus: () => ({ chain: bytesToHex(chain), shard, shards, epoch }),
    getOutputs: ({ owner }) =>
      (coins[owner] ?? []).map((amount, index) => ({
        outpoint: { id: bytesToHex(new Uint8Array(32).fill(shard)), index },
        amount: String(amount),
      })),
    getTransaction: () => states[Math.min(polls++, states.length - 1)],
    submitTransaction: () => submission,
  };
  const call = async (method: string, params: { owner: string }): Promise<unknown> => {
    asked.push(method);
    if (script.failure !== undefined) throw script.failure;
    return answers[method]!(params);
  };
  return { client: { url, call } as unknown as RpcClient, asked };
}
