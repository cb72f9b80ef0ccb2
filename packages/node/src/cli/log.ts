import { pino } from 'pino';
import type { NodeLog } from '../node.ts';
import type { Config } from './config.ts';
import { redact } from './redact.ts';

/** Where lines of a log go. */
export interface LogSink {
  write(line: string): void;
}

/**
 * A log to a file, or to standard error. As JSON, one record a line (`level`, `time`, `msg` and the facts); for people,
 * time, level, sentence and facts. Secrets are replaced by `[redacted]`, see {@link redact}. Lines are written before the call returns, so
 * that none is lost with the process; what cannot be written is dropped.
 */
export function createLog(
  { level, file }: Config['log'],
  json: boolean,
  sink: LogSink = pino.destination({ dest: file ?? 2, sync: true, mkdir: true }).on('error', () => {}),
): NodeLog {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (facts) => redact(facts) },
    },
    json ? sink : { write: (line) => sink.write(readable(line)) },
  );
  return (severity, sentence, facts) => logger[severity](facts, sentence);
}

/** One record of pino as a line for people. */
function readable(line: string): string {
  const { time, level, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
  const details = Object.entries(facts).map(
    ([name, value]) => `  ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${String(time)} ${String(level).padEnd(5)} ${String(msg)}${details.join('')}\n`;
}
