import { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { withGenesis, withNodes } from '../node-options.ts';
import { keepLatest, keepOne } from './fetch.ts';
import { verifyFile } from './verify.ts';
import { watch } from './watch.ts';

const MAX_EPOCH = 0xffffffff;

/** `ios beacon`. */
export function beaconCommand(): Command {
  const beacon = new Command('beacon').addHelpText(
    'after',
    `
For each epoch the validators make 32 bytes that nobody could foresee or choose. What is printed here was verified from the
genesis of the network, with the dealings and shares that it is made of: the nodes that are asked need not be trusted.

Example: ios beacon latest --config network/validator-0/config.json`,
  );
  beacon.addCommand(
    withFile(asking('latest', 'fetch and verify the last randomness'))
      .addHelpText(
        'after',
        '\nExample: ios beacon latest --genesis genesis.json --rpc http://127.0.0.1:7101 -o last.beacon',
      )
      .action(keepLatest),
  );
  beacon.addCommand(
    withFile(asking('get', 'fetch and verify the randomness of an epoch'))
      .argument('<epoch>', 'the epoch, from 1', wholeNumber(1, MAX_EPOCH))
      .addHelpText('after', '\nExample: ios beacon get 3 -o 3.beacon --genesis genesis.json')
      .action(keepOne),
  );
  beacon.addCommand(
    asking('watch', 'print the randomness of each epoch as it is recorded, until Ctrl-C')
      .option('--count <number>', 'end after so many epochs', wholeNumber(1, MAX_EPOCH))
      .addHelpText(
        'after',
        '\nWith --json it prints a line for each epoch.\nExample: ios beacon watch --genesis genesis.json',
      )
      .action(watch),
  );
  beacon.addCommand(
    new Command('verify')
      .description('verify a file of ios beacon without a network')
      .argument('<file>', 'a file of ios beacon get -o, or of GET /beacon/{epoch}/proof')
      .requiredOption('--genesis <file>', 'the genesis of the network')
      .option('--json', 'print the result as JSON', false)
      .addHelpText(
        'after',
        `
Nothing is asked of anybody. Verified are the records from genesis to the epoch, each with the signature of a quorum, and the
dealings and shares that the randomness is made of. Exit code 1 if anything does not hold.
Example: ios beacon verify 3.beacon --genesis genesis.json`,
      )
      .action(verifyFile),
  );
  return beacon;
}

const asking = (name: string, description: string): Command =>
  withGenesis(withNodes(new Command(name)))
    .description(description)
    .option('--json', 'print the result as JSON', false);

const withFile = (command: Command): Command =>
  command.option('-o, --output <file>', 'the file to make: what anybody verifies with ios beacon verify');
