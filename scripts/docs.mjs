import { command } from './lib/command.mjs';
import { binary, runNode } from './lib/run.mjs';

const usage = `
node scripts/docs.mjs

Builds the reference of every package's exports with typedoc into docs/api. Every warning fails it.
`;

await command(usage, {}, async () => {
  const { code, output } = await runNode([binary('typedoc'), '--options', 'typedoc.json']);
  console.log(output.trim());
  return code;
});
