import { isIPv4, isIPv6 } from 'node:net';

/**
 * Under which name a client at an address is charged: an IPv4 address, or the network of 64 bits of an IPv6 address,
 * since whoever has one address of it has them all. An IPv4 address mapped into IPv6 is the IPv4 address. What is no
 * address names itself.
 */
export const clientKey = (address: string): string => {
  const plain = address.split('%')[0]!;
  if (!isIPv6(plain)) return isIPv4(plain) ? plain : address;
  const groups = groupsOf(plain);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return [groups[6]!, groups[7]!].flatMap((group) => [group >> 8, group & 0xff]).join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
};

/** The eight groups of an IPv6 address (RFC 4291, section 2.2). */
const groupsOf = (address: string): number[] => {
  const [head, tail] = address.split('::').map(parse) as [number[], number[]?];
  return tail === undefined ? head : [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
};

const parse = (part: string): number[] =>
  part === ''
    ? []
    : part.split(':').flatMap((group) => {
        if (!group.includes('.')) return [Number.parseInt(group, 16)];
        const [a, b, c, d] = group.split('.').map(Number) as [number, number, number, number];
        return [a * 256 + b, c * 256 + d];
      });
