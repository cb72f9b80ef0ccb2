import { MAX_VALIDATORS } from '@ios/client';
import { Command } from 'commander';
import { allocation } from '../allocation.ts';
import { wholeNumber } from '../arguments.ts';
import { userKeysFolder } from '../folders.ts';
import { withPassword } from '../password.ts';
import { assemble, newCeremony, seal, verify } from './coordinate.ts';
import { openRegistration, register } from './take-part.ts';

/** `ios ceremony`. */
export function ceremonyCommand(): Command {
  const ceremony = new Command('ceremony').addHelpText(
    'after',
    `
A network whose validators live on machines of their own begins with a ceremony. Only files travel, no secrets:

  1. coordinator  ios ceremony new ceremony.json --name NAME --allocate ADDRESS=AMOUNT
                  sends ceremony.json to every validator
  2. validator    ios keys new vera --kind validator; ios keys new fees
                  ios ceremony register ceremony.json --key vera --owner fees --address /ip4/192.0.2.1/tcp/7100
                  sends vera.commitment.json to the coordinator, and keeps vera.registration.json
  3. coordinator  ios ceremony seal ceremony.json *.commitment.json -o sealed.json
                  sends sealed.json to every validator: from here on nobody can join, or change a registration
  4. validator    ios ceremony open sealed.json vera.registration.json
                  sends vera.opening.json to the coordinator
  5. coordinator  ios ceremony assemble sealed.json *.opening.json -o genesis.json
                  sends genesis.json to every validator, and tells all the world its hash
  6. validator    ios ceremony verify sealed.json genesis.json
                  ios join node --genesis genesis.json --key vera; ios start --config node/config.json

The randomness of the first epoch is a hash of genesis. Steps 2 to 4 keep the last one to register from choosing it: all are
bound before any registration is seen. One who does not like the outcome can only refuse step 4, and step 5 lists its commitment.`,
  );
  ceremony.addCommand(
    subcommand('new', 'begin one: fix the name, who gets what, and the policy')
      .argument('<ceremony>', 'the file to make')
      .requiredOption('--name <name>', 'name of the network')
      .option('--allocate <address=amount...>', 'who gets how many IOS', allocation, [])
      .option('--allocations <file>', 'the same, one address=amount a line; # begins a comment')
      .option('--shards <number>', 'into how many shards the validators are divided', wholeNumber(1, MAX_VALIDATORS))
      .option('--policy <file>', 'JSON with fields of the policy that are to differ from the default')
      .addHelpText('after', '\nExample: ios ceremony new ceremony.json --name testnet --allocate ios1…=1000000')
      .action(newCeremony),
  );
  ceremony.addCommand(
    withPassword(subcommand('register', 'take part as a validator: bind yourself to a registration'))
      .argument('<ceremony>', 'the file of the coordinator')
      .requiredOption('--key <name>', 'your validator key, or the path of its file')
      .requiredOption('--owner <address>', 'who gets your fees: an address, or an owner key of yours')
      .option('--address <multiaddr...>', 'where the others reach you, such as /ip4/192.0.2.1/tcp/7100; none: you dial')
      .option('--keys <folder>', 'the folder of keys', userKeysFolder())
      .option('--as <prefix>', 'begin the names of the two files with this; else with the name of the key')
      .addHelpText(
        'after',
        '\nExample: ios ceremony register ceremony.json --key vera --owner fees --address /ip4/192.0.2.1/tcp/7100',
      )
      .action(register),
  );
  ceremony.addCommand(
    subcommand('seal', 'close the list of those who take part')
      .argument('<ceremony>', 'the file that all took part in')
      .argument('<commitment...>', 'what each of them sent')
      .requiredOption('-o, --output <file>', 'the file to make')
      .addHelpText('after', '\nExample: ios ceremony seal ceremony.json *.commitment.json -o sealed.json')
      .action(seal),
  );
  ceremony.addCommand(
    subcommand('open', 'show your registration, once you are bound and so are all others')
      .argument('<sealed>', 'the closed list')
      .argument('<registration>', 'what you have kept')
      .option('-o, --output <file>', 'the file to make; else the registration with .opening.json for its ending')
      .addHelpText('after', '\nExample: ios ceremony open sealed.json vera.registration.json')
      .action(openRegistration),
  );
  ceremony.addCommand(
    subcommand('assemble', 'check every proof and write the genesis')
      .argument('<sealed>', 'the closed list')
      .argument('<opening...>', 'what each validator showed')
      .requiredOption('-o, --output <file>', 'the genesis file to make')
      .option('--allow-insecure', 'even if a shard may well have too many faulty validators', false)
      .addHelpText('after', '\nExample: ios ceremony assemble sealed.json *.opening.json -o genesis.json')
      .action(assemble),
  );
  ceremony.addCommand(
    subcommand('verify', 'check that a genesis is the outcome of the ceremony')
      .argument('<sealed>', 'the closed list')
      .argument('<genesis>', 'the genesis file')
      .addHelpText('after', '\nExample: ios ceremony verify sealed.json genesis.json')
      .action(verify),
  );
  return ceremony;
}

const subcommand = (name: string, description: string): Command =>
  new Command(name).description(description).option('--json', 'print the result as JSON', false);
