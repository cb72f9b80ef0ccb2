import { ClientError } from '../error.ts';
import { RPC_ERRORS } from '../methods/errors.ts';
import type { RpcClient } from './client.ts';

/** Refusals that say something of the node that was asked, and nothing of the question. */
const OF_THE_NODE: readonly unknown[] = [RPC_ERRORS.halted, RPC_ERRORS.internal, RPC_ERRORS.rate];

const isOfTheNode = (error: unknown): boolean =>
  error instanceof ClientError &&
  (error.code === 'rpc-unreachable' ||
    error.code === 'rpc-answer' ||
    (error.code === 'rpc-refused' && OF_THE_NODE.includes(error.facts['rpcCode'])));

/**
 * One client over several nodes that answer the same questions, at least one: a call that a node fails, by not being
 * there, by an answer that is none or by a refusal of its own, goes to the next, and so do later ones. Rejects as the last
 * node that was asked did.
 */
export function failover(clients: readonly RpcClient[]): RpcClient {
  let current = 0;

  const ask = async <Result>(question: (client: RpcClient) => Promise<Result>): Promise<Result> => {
    const first = current;
    for (let tried = 1; ; tried++) {
      const at = (first + tried - 1) % clients.length;
      try {
        const result = await question(clients[at]!);
        current = at;
        return result;
      } catch (error) {
        if (tried === clients.length || !isOfTheNode(error)) throw error;
      }
    }
  };

  return {
    get url() {
      return clients[current]!.url;
    },
    call: (method, params, options) => ask((client) => client.call(method, params, options)),
    batch: (calls, options) => ask((client) => client.batch(calls, options)),
  };
}
