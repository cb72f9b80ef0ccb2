import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { describeIssues } from '../schema-issues.ts';
import { readText } from './files.ts';
import { jsonFault } from './json-place.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** How much is logged: everything of this level and above. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** The configuration of one validator; paths in its file are relative to the file's own folder. */
export interface Config {
  /** For editors: where the JSON schema of this file lies. Of no meaning to the node. */
  readonly $schema?: string | undefined;
  readonly version: 1;
  /** The genesis file. */
  readonly genesis: string;
  /** The encrypted key. */
  readonly key: string;
  /** The file with the key's password; left out, it is asked for. */
  readonly passwordFile?: string | undefined;
  /** The folder for data. */
  readonly data: string;
  /** Multiaddrs to listen on, at most 8. */
  readonly listen: string[];
  /** Nodes that are no validators and may connect all the same, at most 64: identity keys in hexadecimal digits. */
  readonly observers?: string[] | undefined;
  /** Where RPC listens; port 0 is any free one. */
  readonly rpc: {
    readonly host: string;
    readonly port: number;
    /** Origins of web pages that may ask, such as `https://wallet.example`. */
    readonly origins?: string[] | undefined;
    /** Names of the server beside `localhost` and its addresses. */
    readonly hosts?: string[] | undefined;
  };
  /** What is logged, to a file or to standard error. */
  readonly log: { readonly level: LogLevel; readonly file?: string | undefined };
  /** How many threads verify signatures. */
  readonly verifierThreads?: number | undefined;
}

const path = (what: string): z.ZodString =>
  z.string().min(1).max(4096).describe(`${what} A path is relative to the folder of this file.`);
const schema: z.ZodType<Config> = z.strictObject({
  $schema: z.string().optional().describe('Where the schema of this file lies, for editors.'),
  version: z.literal(1).describe('The version of this format.'),
  genesis: path('The genesis file.'),
  key: path("The file with the node's encrypted key."),
  passwordFile: path("The file with the key's password; left out, it is asked for.").optional(),
  data: path('The folder for data.'),
  listen: z
    .array(z.string().min(1).max(255))
    .max(8)
    .describe('Where to listen for peers, such as /ip4/0.0.0.0/tcp/7100; none: the node dials the others.'),
  observers: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, '64 lowercase hexadecimal digits wanted'))
    .max(64)
    .optional()
    .describe('Identity keys of nodes that are no validators and may connect all the same; ios join prints them.'),
  rpc: z
    .strictObject({
      host: z.string().min(1).max(255).describe('127.0.0.1 unless a proxy stands in front: RPC has no authentication.'),
      port: z.int().min(0).max(65_535).describe('0 takes a free port.'),
      origins: z
        .array(z.string().regex(/^https?:\/\/[a-z0-9.:[\]-]+$/, 'an origin such as https://wallet.example wanted'))
        .max(64)
        .optional()
        .describe('Origins of web pages that may ask; none by default.'),
      hosts: z
        .array(z.string().regex(/^[a-z0-9._-]{1,253}$/, 'a lower-case name without a port wanted'))
        .max(64)
        .optional()
        .describe('Names of the server beside localhost and its addresses; requests under others are refused.'),
    })
    .describe('Where RPC is served.'),
  log: z
    .strictObject({
      level: z.enum(LOG_LEVELS).describe('Everything of this level and above is logged.'),
      file: path('The file of the log; left out, it goes to standard error.').optional(),
    })
    .describe('What is logged, and where.'),
  verifierThreads: z.int().min(1).max(64).optional().describe('How many threads verify signatures.'),
});

/** The JSON Schema (draft 2020-12) of a configuration file. */
export const configJsonSchema = (): object => ({
  ...z.toJSONSchema(schema),
  title: 'Configuration of a node of the Internet of Services',
});

/** Where a node with a fixed port serves RPC. */
export const rpcUrlOf = ({ host, port }: Config['rpc']): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** A configuration as the text of its file. */
export const encodeConfig = (config: Config): string => `${JSON.stringify(schema.parse(config), null, 2)}\n`;

/**
 * Reads a configuration; the paths in what it returns are absolute. Throws `NodeError`: `missing` if there is no such
 * file, `config` if it is damaged, with the places (line and column where it is not JSON).
 */
export async function readConfig(file: string): Promise<Config> {
  const text = await readText(file, 'configuration', 'Name it with --config; ios init makes one.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const fault = jsonFault(text);
    const where = fault && ` at line ${fault.line}, column ${fault.column}: ${fault.wanted} wanted`;
    const place = { path: file, ...(fault && { line: fault.line, column: fault.column }) };
    throw new NodeError('config', `The configuration ${file} is not JSON${where ?? ''}.`, place, cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const where = describeIssues(parsed.error.issues);
    throw new NodeError('config', `The configuration ${file} is damaged: ${where}.`, { path: file });
  }
  const config = parsed.data;
  const absolute = (given: string): string => resolve(dirname(file), given);
  return {
    ...config,
    genesis: absolute(config.genesis),
    key: absolute(config.key),
    data: absolute(config.data),
    ...(config.passwordFile !== undefined && { passwordFile: absolute(config.passwordFile) }),
    log: { ...config.log, ...(config.log.file !== undefined && { file: absolute(config.log.file) }) },
  };
}
