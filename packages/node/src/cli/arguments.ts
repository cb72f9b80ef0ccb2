import { InvalidArgumentError } from 'commander';

/** Reads an argument that is a whole number from `least` to `most`; anything else is a mistake in usage. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Wanted is a whole number from ${least} to ${most}.`);
  };

/** Reads an argument that is the address of a server, such as `http://127.0.0.1:7101`. */
export const serverUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url.href;
  throw new InvalidArgumentError('Wanted is an address such as http://127.0.0.1:7101.');
};

/** Reads an argument that is a hash or an id, in hexadecimal digits. */
export const hash = (text: string): string => {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('Wanted are 64 lowercase hexadecimal digits.');
};
