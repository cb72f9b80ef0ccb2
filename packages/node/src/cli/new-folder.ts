import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NodeError } from '../errors.ts';

/**
 * Makes a folder that appears whole or not at all: `fill` gets a folder beside it, which then takes its place. Throws
 * `NodeError` (`exists`) if `folder` holds something, what `fill` throws, or what the file system throws.
 */
export async function makeFolder(folder: string, fill: (workshop: string) => Promise<void>): Promise<void> {
  await assertVacant(folder);
  await mkdir(dirname(folder), { recursive: true });
  const workshop = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    await fill(workshop);
    await rename(workshop, folder);
  } catch (error) {
    await rm(workshop, { recursive: true, force: true });
    throw error;
  }
}

/** Throws `NodeError` (`exists`) unless the folder is empty or not there. */
export async function assertVacant(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  if (found.length === 0) return;
  throw new NodeError('exists', `The folder ${folder} is not empty. Choose another one, or remove it.`, {
    path: folder,
  });
}
