import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * Removes the folder of a validator that was made by `createLocalNetwork`, and the network's folder with the last of
 * them: so that a network whose launcher crashed leaves nothing behind. What else lies there is left alone.
 */
export const removeValidator = async (configFile: string): Promise<void> => {
  const own = dirname(resolve(configFile));
  const network = dirname(own);
  await rm(own, { recursive: true, force: true });
  const left = await readdir(network).catch((): string[] => []);
  if (left.some((name) => name !== 'genesis.json')) return;
  await rm(join(network, 'genesis.json'), { force: true });
  // The others may be doing the same.
  await rmdir(network).catch(() => {});
};
