import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Bundles the command `ios` and its workers; returns the command's file. */
export const buildIos = async (): Promise<string> => {
  const module = new URL('../../../../scripts/lib/ios.mjs', import.meta.url).href;
  const { bundleIos } = (await import(module)) as { bundleIos(): Promise<string> };
  return bundleIos();
};

/** How a devnet ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A devnet that runs, with a folder of its own for temporary files. */
export interface Running {
  readonly child: ChildProcess;
  readonly temporary: string;
  readonly ended: Promise<Ended>;
  /** Waits until one of its streams has said this, a minute unless told otherwise; resolves with its standard output. */
  said(what: RegExp, ms?: number): Promise<string>;
  /** Ids of its processes, itself not among them: those that have its folder in their environment (Linux). */
  processes(): Promise<number[]>;
  /** Ids of its validators. */
  validators(): Promise<number[]>;
  /** What it left behind, processes and files; waits `ms` for it to go away. */
  litter(ms: number): Promise<string[]>;
  /** Kills what is left, and removes the folder. */
  clean(): Promise<void>;
}

/** Whether this system shows processes as Linux does. */
export const HAS_PROC: boolean = process.platform === 'linux';

/** Starts `ios devnet`, with temporary files in a folder of its own, or in `temporary`. */
export const launchDevnet = async (script: string, args: readonly string[], temporary?: string): Promise<Running> => {
  const folder = temporary ?? (await mkdtemp(join(tmpdir(), 'ios-processes-')));
  const child = spawn(process.execPath, [script, 'devnet', ...args], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });

  const found = async (wanted: (command: string) => boolean): Promise<number[]> => {
    const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== child.pid);
    const of = async (pid: number): Promise<boolean> => {
      const [environment, command] = await Promise.all(
        ['environ', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '')),
      );
      return environment!.split('\0').includes(`TMPDIR=${folder}`) && wanted(command!);
    };
    const own = await Promise.all(pids.map(of));
    return pids.filter((_, i) => own[i]);
  };
  const processes = (): Promise<number[]> => found(() => true);
  const left = async (): Promise<string[]> => [
    ...(await processes()).map((pid) => `process ${pid}`),
    ...(await readdir(folder, { recursive: true }).catch(() => [])),
  ];
  return {
    child,
    temporary: folder,
    ended,
    async said(what, ms = 60_000) {
      for (const until = Date.now() + ms; !what.test(stdout + stderr); await sleep(5)) {
        if (child.exitCode !== null || Date.now() > until)
          throw new Error(`it did not say ${what}: ${stdout}${stderr}`);
      }
      return stdout;
    },
    processes,
    validators: () => found((command) => command.includes('--stop-with-parent')),
    async litter(ms) {
      for (const until = Date.now() + ms; Date.now() < until && (await left()).length > 0; ) await sleep(50);
      return left();
    },
    async clean() {
      child.kill('SIGKILL');
      for (const pid of await processes()) process.kill(pid, 'SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
