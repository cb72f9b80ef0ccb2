import { bytesToHex } from '@noble/hashes/utils.js';
import { NetworkError } from './error.ts';
import type { Channel } from './network.ts';

/** Version of everything that nodes say to each other: nodes of two versions do not connect. */
const VERSION = 1;
/** Longest message that can be declared: 64 MiB. */
const LONGEST = 1 << 26;
const NAME = /^[a-z0-9-]{1,40}$/;

/** Topics or protocols by name, each with its name on the wire. */
export interface Channels {
  /** `/ios/<version>/<chain>/<name>` for every name. */
  readonly wireNames: ReadonlyMap<string, string>;
  /** The name behind a name on the wire. */
  byWireName(wireName: string): Channel | undefined;
  /** The channel of that name. Throws `NetworkError`: `unknown-channel` where the name was not declared, `too-long` where the bytes exceed it. */
  check(name: string, bytes: Uint8Array): Channel;
}

/** Declares channels of a chain (32 bytes). Throws `NetworkError` (`channel`, `chain`). */
export function createChannels(chain: Uint8Array, declared: readonly Channel[]): Channels {
  if (chain.length !== 32) throw new NetworkError('chain', `A chain is a hash of 32 bytes, not ${chain.length}.`);
  const channels = new Map<string, Channel>();
  for (const channel of declared) {
    const { name, maxBytes } = channel;
    const problem = channels.has(name)
      ? 'declared twice'
      : !NAME.test(name)
        ? 'not 1 to 40 lowercase letters, digits and hyphens'
        : !Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > LONGEST
          ? `bounded by ${maxBytes}, not by 1 to ${LONGEST} bytes`
          : undefined;
    if (problem !== undefined) {
      throw new NetworkError('channel', `The channel ${JSON.stringify(name)} is ${problem}.`, {
        channel: name,
        maxBytes,
      });
    }
    channels.set(name, channel);
  }
  const prefix = `${namespace(chain)}/`;
  return {
    wireNames: new Map([...channels.keys()].map((name) => [name, prefix + name])),
    byWireName: (wireName) => (wireName.startsWith(prefix) ? channels.get(wireName.slice(prefix.length)) : undefined),
    check(name, bytes) {
      const channel = channels.get(name);
      if (channel === undefined) {
        throw new NetworkError('unknown-channel', `The channel ${JSON.stringify(name)} was not declared.`, {
          channel: name,
        });
      }
      if (bytes.length > channel.maxBytes) {
        throw new NetworkError(
          'too-long',
          `A message of ${bytes.length} bytes is too long for ${name}, which carries ${channel.maxBytes}.`,
          { channel: name, length: bytes.length, maxBytes: channel.maxBytes },
        );
      }
      return channel;
    },
  };
}

/** Bytes that may wait on the stream of a protocol: 8 MiB, and no less than two of its longest messages. */
export const queueBytes = ({ maxBytes }: Channel): number => Math.max(8 << 20, 2 * maxBytes);

/** What every name on the wire begins with: another chain or version shares none of them. */
export const namespace = (chain: Uint8Array): string => `/ios/${VERSION}/${bytesToHex(chain)}`;
