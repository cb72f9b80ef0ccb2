import { Command } from 'commander';
import { VERSION } from '../version.ts';

/** A command that is loaded only when the command line names it: help does not wait for the whole node. */
interface LazyCommand {
  readonly description: string;
  load(): Promise<Command>;
}

const COMMANDS: Readonly<Record<string, LazyCommand>> = {
  init: {
    description: 'make the files of a network of validators on this machine',
    load: async () => (await import('./init.ts')).initCommand(),
  },
  ceremony: {
    description: 'begin a network whose validators live on machines of their own',
    load: async () => (await import('./ceremony/command.ts')).ceremonyCommand(),
  },
  join: {
    description: 'make the folder of a validator or an observer of a network that there is',
    load: async () => (await import('./join/command.ts')).joinCommand(),
  },
  keys: {
    description: 'make, show, import and export keys',
    load: async () => (await import('./keys/command.ts')).keysCommand(),
  },
  start: {
    description: 'run one validator until it is told to stop',
    load: async () => (await import('./start.ts')).startCommand(),
  },
  status: {
    description: 'show how a node is doing',
    load: async () => (await import('./status.ts')).statusCommand(),
  },
  send: {
    description: 'pay somebody',
    load: async () => (await import('./wallet/send.ts')).sendCommand(),
  },
  balance: {
    description: 'show what an owner has',
    load: async () => (await import('./wallet/balance.ts')).balanceCommand(),
  },
  tx: {
    description: 'show where a transaction stands',
    load: async () => (await import('./wallet/transaction.ts')).transactionCommand(),
  },
  block: {
    description: 'show a final block',
    load: async () => (await import('./wallet/block.ts')).blockCommand(),
  },
  proof: {
    description: 'fetch, verify and keep the proof that a transaction is final',
    load: async () => (await import('./wallet/proof.ts')).proofCommand(),
  },
  verify: {
    description: 'verify such a proof without a network',
    load: async () => (await import('./wallet/proof.ts')).verifyCommand(),
  },
  beacon: {
    description: 'fetch, verify and keep the randomness of epochs',
    load: async () => (await import('./beacon/command.ts')).beaconCommand(),
  },
  doctor: {
    description: 'look for what is wrong with a node, and say what to do about it',
    load: async () => (await import('./doctor/command.ts')).doctorCommand(),
  },
  config: {
    description: 'show what may stand in a configuration',
    load: async () => (await import('./config-command.ts')).configCommand(),
  },
  devnet: {
    description: 'run validators on this machine, replay a real Bitcoin block through them, verify the result',
    load: async () => (await import('../devnet/command.ts')).devnetCommand(),
  },
};

/** The command `ios` for a command line; refusals, help and version come as `CommanderError`. */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('ios')
    .description('A node of the Internet of Services.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.');
  for (const [name, { description, load }] of Object.entries(COMMANDS)) {
    const command = args.includes(name) ? await load() : new Command(name);
    program.addCommand(command.description(description));
  }
  settle(program);
  return program;
}

/** Hands the settings of a command down to all below it. */
function settle(command: Command): void {
  for (const below of command.commands) settle(below.copyInheritedSettings(command));
}
