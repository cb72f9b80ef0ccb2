import { type Stats, statSync } from 'node:fs';
import { VERSION } from '../../version.ts';
import { type Finding, fault, ok } from './finding.ts';

/** The oldest Node that runs this package. */
const NODE = [20, 19] as const;

/** Whether this Node is one that the package runs on. */
export function checkVersions(node: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const said = `Node ${node}, ios ${VERSION}.`;
  if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1])) return ok('versions', said);
  return fault('versions', said, `Install Node ${NODE.join('.')} or later.`);
}

/** A clock that is behind the files it wrote, by more than this in ms, was set back or never set. */
const BEHIND_FILES = 60_000;

/**
 * Whether the clock is plausible, all that can be seen without asking anybody: it is not behind the time at which a file of
 * the node was written.
 */
export function checkOwnClock(files: readonly string[], now: number = Date.now()): Finding {
  const times = files.map((file): Stats | undefined => statSync(file, { throwIfNoEntry: false }));
  const latest = Math.max(...times.map((stats) => stats?.mtimeMs ?? 0));
  if (now >= latest - BEHIND_FILES) {
    return ok(
      'own clock',
      `It is ${new Date(now).toISOString()}, after all files were written. --ask compares with others.`,
    );
  }
  return fault(
    'own clock',
    `It is ${new Date(now).toISOString()}, but a file was written at ${new Date(latest).toISOString()}.`,
    'Set the clock, and let it follow NTP (timedatectl set-ntp true).',
  );
}
