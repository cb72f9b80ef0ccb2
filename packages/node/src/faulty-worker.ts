/**
 * A validator of `ios devnet --fault`, in place of `ios start`: the same node, whose messages and dealings go through a
 * conduct. Arguments: the fault, the file of the part, then those of `ios start`. What it reports are lines of JSON.
 */
import { unlinkSync } from 'node:fs';
import { describeFailure, EXIT } from './cli/failure.ts';
import type { ValidatorParts } from './cli/run-validator.ts';
import { startCommand } from './cli/start.ts';
import { conducted, type FaultEvent } from './devnet/faults/conduct.ts';
import { conductOf } from './devnet/faults/conducts.ts';
import { parseFault } from './devnet/faults/plan.ts';
import { witness } from './devnet/faults/witness.ts';
import { dividedBy } from './devnet/shard-faults/partition.ts';
import { parseShardFault } from './devnet/shard-faults/plan.ts';

/** What was given to the network is on its way after so long, in ms. */
const LEFT_MS = 50;

const [fault = '', part = '', ...args] = process.argv.slice(2);
const plan = parseFault(fault);

const report = (event: FaultEvent): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};

/** The part lies in a file: whoever removes it has it, and nobody else. */
const take = (): boolean => {
  try {
    unlinkSync(part);
    return true;
  } catch {
    return false;
  }
};

const around = (parts: ValidatorParts): ValidatorParts => {
  const stage = {
    take,
    report,
    others: () => parts.network.peers().length,
    die: () => void setTimeout(() => process.kill(process.pid, 'SIGKILL'), LEFT_MS),
  };
  const log: ValidatorParts['log'] = (level, sentence, facts) => {
    const { seat, kind } = facts;
    if (typeof seat === 'number' && typeof kind === 'string') report({ event: 'named', seat, kind });
    parts.log(level, sentence, facts);
  };
  if (parseShardFault(fault) === 'shard-partition') return dividedBy(part, parts);
  return conducted({ ...parts, log }, plan === undefined ? [] : [conductOf(plan, stage), witness({ report })]);
};

try {
  await startCommand(around).parseAsync(args, { from: 'user' });
} catch (error) {
  process.stderr.write(`ios: ${describeFailure(error).message}\n`);
  process.exitCode = EXIT.failed;
}
