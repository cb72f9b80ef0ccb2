import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';

/** Runs a command line in this process; returns its exit code and what it wrote. */
export async function inProcess(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const keep = (stream: 'stdout' | 'stderr'): void => {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += text;
      return true;
    });
  };
  keep('stdout');
  keep('stderr');
  try {
    return { code: await main(args), ...written };
  } finally {
    // A command says with it how it ended; the next one here begins anew.
    process.exitCode = undefined;
    vi.restoreAllMocks();
  }
}
