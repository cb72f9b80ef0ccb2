import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { describeIssues } from '../schema-issues.ts';
import { readText } from './files.ts';

/** How much is logged: everything of this level and above. */
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

const path = z.string().min(1).max(4096);
const schema = z.strictObject({
  version: z.literal(1),
  genesis: path,
  key: path,
  passwordFile: path.optional(),
  data: path,
  listen: z.array(z.string().min(1).max(255)).max(8),
  rpc: z.strictObject({ host: z.string().min(1).max(255), port: z.int().min(0).max(65_535) }),
  log: z.strictObject({ level: z.enum(LOG_LEVELS), file: path.optional() }),
  verifierThreads: z.int().min(1).max(64).optional(),
});

/**
 * The configuration of one validator: version 1; paths of the genesis file, the key file, the file with its password
 * (else it is asked for) and the folder for data, relative to the configuration's own folder; multiaddrs to listen on;
 * where RPC listens; what is logged, to a file or to standard error; and how many threads verify signatures.
 */
export type Config = z.infer<typeof schema>;

/** A configuration as the text of its file. */
export const encodeConfig = (config: Config): string => `${JSON.stringify(schema.parse(config), null, 2)}\n`;

/**
 * Reads a configuration; the paths in what it returns are absolute. Throws `NodeError`: `missing` if there is no such
 * file, `config` if it is damaged, with the places.
 */
export async function readConfig(file: string): Promise<Config> {
  const text = await readText(file, 'configuration', 'Name it with --config; ios init makes one.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new NodeError('config', `The configuration ${file} is not JSON.`, { path: file }, cause);
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
