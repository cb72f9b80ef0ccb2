import { readFileSync } from 'node:fs';
import {
  type MethodName,
  methods,
  notifications,
  RPC_ERRORS,
  type RpcErrorName,
  type Topic,
} from '@ios/client/methods';
import { expect, test } from 'vitest';
import { ERROR_MESSAGES } from '../../src/rpc/discover.ts';
import { DEFAULT_RPC_LIMITS } from '../../src/rpc/limits.ts';
import { CLOSE_CODES } from '../../src/rpc/socket.ts';

const text = readFileSync(new URL('../../../../docs/rpc.md', import.meta.url), 'utf8');

/** The rows of the table under a heading. */
const rows = (heading: string): string[] => {
  const section = new RegExp(`^## ${heading}\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(text)?.[1] ?? '';
  return section.split('\n').filter((line) => line.startsWith('| `'));
};

test('methods are those of the table', () => {
  expect(rows('Methods')).toEqual(
    (Object.keys(methods) as MethodName[]).map((name) => {
      const { summary, fields, errors } = methods[name];
      const parameters = Object.entries(fields).map(([field, what]) => `\`${field}\`: ${what}`);
      return `| \`${name}\` | ${summary} | ${parameters.join('<br>')} | ${errors.map((error) => `\`${error}\``).join(', ')} |`;
    }),
  );
});

test('topics are those of the table', () => {
  expect(rows('Subscriptions')).toEqual(
    (Object.keys(notifications) as Topic[]).map((topic) => `| \`${topic}\` | ${notifications[topic].summary} |`),
  );
});

test('errors are those of the table', () => {
  expect(rows('Errors')).toEqual(
    (Object.keys(RPC_ERRORS) as RpcErrorName[]).map(
      (name) => `| \`${RPC_ERRORS[name]}\` | \`${name}\` | ${ERROR_MESSAGES[name]} |`,
    ),
  );
});

test('limits and close codes are those of the server', () => {
  const limits = rows('Limits').map((row) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')));
  expect(Object.fromEntries(limits.map(([, name, value]) => [name, Number(value)]))).toEqual(DEFAULT_RPC_LIMITS);
  const codes = rows('Close codes').map((row) => Number(/`(\d+)`/.exec(row)?.[1]));
  expect(codes).toEqual(Object.values(CLOSE_CODES));
});
