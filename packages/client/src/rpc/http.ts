import { createClient, type RpcClient, type RpcClientOptions } from './client.ts';
import { MAX_ANSWER, strange } from './protocol.ts';

/**
 * A client over HTTP, by `fetch`. In a browser the node has to name the page's origin among those that it serves.
 *
 * @example
 * ```ts
 * const client = createHttpClient('http://127.0.0.1:7101');
 * const { height } = await client.call('getHead', {});
 * ```
 */
export const createHttpClient = (url: string, options?: RpcClientOptions): RpcClient =>
  createClient({ url, exchange: (body, signal) => post(url, JSON.stringify(body), signal) }, options);

/** The JSON that the server answers, whatever the HTTP status. */
async function post(url: string, body: string, signal: AbortSignal): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
  const text = await readText(response, url);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw strange(url, `something that is not JSON (HTTP ${response.status})`, cause);
  }
}

async function readText({ body }: Response, url: string): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > MAX_ANSWER) {
      await reader.cancel();
      throw strange(url, `more than ${MAX_ANSWER} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
