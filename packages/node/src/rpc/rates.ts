import { isIPv6 } from 'node:net';

/** How many clients are remembered; the one that was seen longest ago is forgotten first. */
const CLIENTS = 10_000;

/** An allowance of requests for each client, which refills as time goes by. */
export interface Rates {
  /** Takes one request's worth: 0 if there was one, else how many ms to wait for the next. */
  take(client: string): number;
}

/** An allowance of a second's requests. `now` is in ms and never goes back. */
export function createRates(perSecond: number, now: () => number = () => performance.now()): Rates {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(client) {
      const time = now();
      const before = buckets.get(client) ?? { left: perSecond, at: time };
      const left = Math.min(perSecond, before.left + ((time - before.at) / 1000) * perSecond);
      buckets.delete(client);
      buckets.set(client, { left: left >= 1 ? left - 1 : left, at: time });
      if (buckets.size > CLIENTS) buckets.delete(buckets.keys().next().value!);
      return left >= 1 ? 0 : Math.ceil(((1 - left) / perSecond) * 1000);
    },
  };
}

/** Whom an address is charged to: an IPv4 address, or the first 64 bits of one of IPv6. */
export function clientOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - behind.length;
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...behind];
  return `${all.slice(0, 4).join(':')}::/64`;
}
