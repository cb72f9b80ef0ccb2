import type { StatusAnswer } from '@ios/client/methods';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type Config, rpcUrlOf } from '../config.ts';
import { checkDisk, checkStore, checkWritable, isOpenElsewhere } from './data-folder.ts';
import { type Finding, skipped } from './finding.ts';
import { checkOwnClock, checkVersions } from './machine.ts';
import { checkNodeFiles, type NodeFiles, type PasswordSource } from './node-files.ts';
import { checkAgainst, statusOf } from './others.ts';
import { checkPeers } from './peers.ts';
import { checkPorts } from './ports.ts';
import { checkReady } from './ready.ts';
import { checkVotes } from './votes.ts';

/** What a node needs before it can start: its files, its data folder, its ports. */
export async function diagnoseStart(configFile: string, password: PasswordSource): Promise<readonly Finding[]> {
  return (await examine(configFile, password)).findings;
}

/** All that can be seen from here, also of a node that runs: `ask` names where other nodes of the network serve RPC. */
export async function diagnose(
  configFile: string,
  password: PasswordSource,
  ask: readonly string[],
): Promise<readonly Finding[]> {
  const { files, running, findings } = await examine(configFile, password);
  const { config, chain } = files;
  return [
    ...findings,
    ...(config === undefined ? [skipped('disk', NO_CONFIG)] : await checkDisk(config.data)),
    ...(await findPeers(files, running, isFree(findings))),
    checkOwnClock([configFile, ...(config === undefined ? [] : [config.genesis, config.key])]),
    ...(await Promise.all(ask.map((url) => checkAgainst(url, chain, running)))).flat(),
  ];
}

/** Whether key and data are in nobody's use: only then may the key show itself to the peers, or a node would lose them. */
const isFree = (findings: readonly Finding[]): boolean =>
  ['data', 'votes'].every((wanted) => findings.some(({ check, state }) => check === wanted && state === 'ok'));

const NO_CONFIG = 'The configuration cannot be read.';

interface Examined {
  readonly files: NodeFiles;
  /** What the node itself says, if it runs. */
  readonly running: StatusAnswer | undefined;
  readonly findings: readonly Finding[];
}

async function examine(configFile: string, password: PasswordSource): Promise<Examined> {
  const { files, findings } = await checkNodeFiles(configFile, password);
  const { config, chain } = files;
  const versions = checkVersions();
  if (config === undefined) {
    return { files, running: undefined, findings: [versions, ...findings, skipped('data', NO_CONFIG)] };
  }
  const serving = await servingStatus(config);
  const own = serving !== undefined && (await isOwn(serving, config, files));
  const running = own ? serving : undefined;
  return {
    files,
    running,
    findings: [
      versions,
      ...findings,
      await checkWritable(config.data),
      chain === undefined
        ? skipped('data', 'The genesis cannot be read.')
        : await checkStore(config.data, chain, running !== undefined),
      await checkVotes(files, running),
      ...(running === undefined ? [] : [checkReady(running)]),
      ...(await checkPorts(config, own, own ? undefined : serving)),
    ],
  };
}

/** The status of whoever serves RPC where the configuration says. */
async function servingStatus({ rpc }: Config): Promise<StatusAnswer | undefined> {
  return rpc.port === 0 ? undefined : statusOf(rpcUrlOf(rpc));
}

/** Whether it is the node of this configuration: by its identity; where that is unknown, by its chain and the data, which it has open. */
async function isOwn(status: StatusAnswer, { data }: Config, { identity, chain }: NodeFiles): Promise<boolean> {
  if (identity !== undefined) return status.identity === identity;
  if (chain === undefined || status.chain !== bytesToHex(chain)) return false;
  return isOpenElsewhere(data, chain);
}

async function findPeers(
  { config, genesis, identity, member, master }: NodeFiles,
  running: StatusAnswer | undefined,
  free: boolean,
): Promise<readonly Finding[]> {
  if (genesis === undefined) return [skipped('peers', 'The genesis cannot be read.')];
  const mayTry = running === undefined && free && member !== undefined && member >= 0;
  return checkPeers({
    genesis,
    listen: config?.listen ?? [],
    self: running?.identity ?? identity,
    connected: running?.peers ?? [],
    master: mayTry ? master : undefined,
  });
}
