import type { CommanderError } from 'commander';

/** The exit codes of every command. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** A failure for the user: a stable word and a sentence with the remedy. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Errors of this repository's packages: their messages are written for whoever can help it. */
const OWN = ['NodeError', 'ClientError', 'StoreError', 'NetworkError', 'LedgerError', 'CryptoError', 'BftError'];

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space and try again.',
  EDQUOT: 'The disk quota is used up. Free some space and try again.',
  EROFS: 'The disk is read-only. Choose another folder.',
  EACCES: 'This user may not use it. Change the permissions, or choose another place.',
  EPERM: 'This user may not do that. Change the permissions, or choose another place.',
  ENOENT: 'It is not there. Check the path.',
  EEXIST: 'It is there already. Choose another place.',
  ENOTDIR: 'A part of the path is no folder. Check the path.',
  EISDIR: 'It is a folder, and a file is wanted. Check the path.',
  EMFILE: 'Too many files are open. Raise the limit (ulimit -n).',
};

/** What an error means to the user. An error of no known kind keeps its stack, for it is a defect of the program. */
export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: 'unexpected', message: String(error) };
  const code = 'code' in error ? String(error.code) : '';
  if (OWN.includes(error.name)) return { code, message: error.message };
  const remedy = REMEDIES[code];
  if (remedy !== undefined) {
    const place = 'path' in error ? `${String(error.path)}: ` : '';
    return { code, message: place + remedy };
  }
  return { code: 'unexpected', message: error.stack ?? error.message };
}

/** The exit code of a command line that commander ended: help and version are no failures, what it refuses is usage. */
export const exitCodeOf = ({ exitCode }: CommanderError): number => (exitCode === 0 ? EXIT.ok : EXIT.usage);
