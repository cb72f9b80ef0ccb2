import { Command } from 'commander';
import { configJsonSchema } from './config.ts';

/** `ios config`. */
export function configCommand(): Command {
  const config = new Command('config').addHelpText(
    'after',
    `
ios init and ios join write configurations; ios start --check and ios doctor say what is wrong with one.`,
  );
  config.addCommand(
    new Command('schema')
      .description('print the JSON Schema of a configuration')
      .addHelpText(
        'after',
        '\nExample: ios config schema > config.schema.json, and "$schema": "config.schema.json" in the configuration',
      )
      .action(() => {
        process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
      }),
  );
  return config;
}
