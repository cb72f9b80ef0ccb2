import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, command, integer } from './lib/command.mjs';
import { bundleIos } from './lib/ios.mjs';

const usage = `
node scripts/newcomer.mjs [--validators N] [--keep]

Goes the way of somebody new, with the command ios alone, in a fresh folder: makes a network of N validators (4) and starts
each in a process of its own, makes a key, pays it, waits until that is final, keeps the proof, fetches the randomness of an
epoch, asks the doctor, stops everything, and verifies proof and randomness in a folder that has nothing but them and the
genesis. Epochs are made shorter than they are by default. Prints each command with its result; exit code 1 if one is not as
it should be. --keep leaves the folder there.
`;

const options = /** @type {const} */ ({ validators: { type: 'string' }, keep: { type: 'boolean' } });

/** A step with another result than it should have. */
class StepError extends Error {}

await command(usage, options, async (values) => {
  const validators = integer(values, 'validators', { fallback: 4, min: 1, max: 16 });
  const folder = await mkdtemp(join(tmpdir(), 'ios-newcomer-'));
  const way = { entry: await bundleIos(), folder };
  /** @type {import('node:child_process').ChildProcess[]} */
  const nodes = [];
  const start = performance.now();
  try {
    await walk(way, validators, nodes);
    console.log(`\nAll steps were as they should be, in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
    return 0;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(`\nNot as it should be: ${error.message}`);
    return 1;
  } finally {
    for (const node of nodes) node.kill('SIGKILL');
    if (values['keep']) console.log(`The files are in ${folder}.`);
    else await rm(folder, { recursive: true, force: true });
  }
});

/**
 * The command and the folder in which it is called.
 * @typedef {{ entry: string, folder: string }} Way
 */

/**
 * @param {Way} way
 * @param {number} validators
 * @param {import('node:child_process').ChildProcess[]} nodes filled with what was started
 */
async function walk(way, validators, nodes) {
  const ios = (/** @type {string[]} */ ...args) => call(way, args, 0);
  const first = 'net/validator-0';
  const port = await freePorts(2 * validators);

  heading('A network, with its files on this machine');
  await ios('init', 'net', '--validators', String(validators), '--base-port', String(port));
  shortenEpochs(join(way.folder, 'net/genesis.json'));
  await ios('start', '--check', '--config', `${first}/config.json`);

  heading(`${validators} validators, each a process`);
  for (let i = 0; i < validators; i++) {
    nodes.push(startNode(way, `net/validator-${i}/config.json`));
  }
  for (const [i, node] of nodes.entries()) console.log(`  validator ${i}: ${(await firstLine(node)).slice(0, 100)}…`);

  heading('A key of ones own, and a payment to it');
  writeFileSync(join(way.folder, 'password'), 'correct horse battery staple\n', { mode: 0o600 });
  const own = ['--keys', 'keys'];
  const made = JSON.parse(await ios('keys', 'new', 'alice', ...own, '--password-file', 'password', '--json'));
  await ios('keys', 'list', ...own);
  const from = [
    '--from',
    `./${first}/owner.json`,
    '--password-file',
    `${first}/password`,
    '--config',
    `${first}/config.json`,
  ];
  const sent = JSON.parse(await ios('send', made.address, '12.5', ...from, ...own, '--wait', '--json'));
  expect(sent.final?.height >= 1, 'the payment is final');
  const balance = JSON.parse(await ios('balance', 'alice', ...own, '--rpc', `http://127.0.0.1:${port + 1}`, '--json'));
  expect(balance.balance === '12.5', 'alice has what she was paid');
  await ios('tx', sent.id, '--config', `${first}/config.json`);
  await ios('block', String(sent.final.height), '--config', `${first}/config.json`);

  heading('A proof of it, and how the nodes are');
  await ios('proof', sent.id, '-o', 'payment.proof', '--config', `${first}/config.json`);
  await ios('status', '--config', `${first}/config.json`);
  const ask = validators > 1 ? ['--ask', `http://127.0.0.1:${port + 3}`] : [];
  await ios('doctor', '--config', `${first}/config.json`, ...ask);

  heading('The randomness of an epoch');
  const nodesAsked = ['--genesis', 'net/genesis.json'];
  for (let i = 0; i < validators; i++) nodesAsked.push('--rpc', `http://127.0.0.1:${port + 2 * i + 1}`);
  await ios('beacon', 'watch', '--count', '1', ...nodesAsked);
  const got = JSON.parse(await ios('beacon', 'get', '1', '-o', '1.beacon', ...nodesAsked, '--json'));
  const latest = JSON.parse(await ios('beacon', 'latest', '-o', 'last.beacon', ...nodesAsked, '--json'));
  expect(got.epoch === 1 && latest.epoch >= 1, 'the beacon goes on from epoch 1');

  heading('The nodes stop; proof and randomness are verified without them, in another folder');
  for (const node of nodes) expect((await stopNode(node)) === 0, 'a node stops in order');
  const elsewhere = { ...way, folder: join(way.folder, 'elsewhere') };
  mkdirSync(elsewhere.folder);
  const kept = ['payment.proof', '1.beacon', 'last.beacon'];
  for (const file of kept) copyFileSync(join(way.folder, file), join(elsewhere.folder, file));
  copyFileSync(join(way.folder, 'net/genesis.json'), join(elsewhere.folder, 'genesis.json'));
  const verify = async (/** @type {string[]} */ ...args) =>
    JSON.parse(await call(elsewhere, [...args, '--genesis', 'genesis.json', '--json'], 0));
  const verified = await verify('verify', 'payment.proof');
  expect(verified.valid === true && verified.id === sent.id, 'the proof is of the payment');
  const { valid, randomness } = await verify('beacon', 'verify', '1.beacon');
  expect(valid === true && randomness === got.randomness, 'the file holds the randomness of epoch 1');
  expect((await verify('beacon', 'verify', 'last.beacon')).epoch === latest.epoch, 'so does that of the last epoch');

  heading('With one bit changed neither holds');
  forge(elsewhere.folder, 'payment.proof', 'forged.proof');
  await call(elsewhere, ['verify', 'forged.proof', '--genesis', 'genesis.json'], 1);
  forge(elsewhere.folder, '1.beacon', 'forged.beacon');
  await call(elsewhere, ['beacon', 'verify', 'forged.beacon', '--genesis', 'genesis.json'], 1);
}

/**
 * Changes the policy of a genesis that no node has read yet: epochs of a few seconds.
 * @param {string} file
 */
function shortenEpochs(file) {
  const genesis = JSON.parse(readFileSync(file, 'utf8'));
  Object.assign(genesis.policy, { idleMs: 500, epochMinBlocks: 10, epochMaxBlocks: 20 });
  writeFileSync(file, JSON.stringify(genesis));
  console.log(`  In net/genesis.json: an empty block each 500 ms, 10 to 20 blocks an epoch.`);
}

/**
 * Copies a file, with the bit in its middle changed.
 * @param {string} folder
 * @param {string} file
 * @param {string} forged
 */
function forge(folder, file, forged) {
  const bytes = readFileSync(join(folder, file));
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  writeFileSync(join(folder, forged), bytes);
}

/** @param {string} text */
function heading(text) {
  console.log(`\n${text}`);
}

/**
 * @param {boolean} holds
 * @param {string} what
 */
function expect(holds, what) {
  if (!holds) throw new StepError(`it was expected that ${what}`);
}

/**
 * Runs one command to its end, and prints it with what it says; returns what it wrote to standard output.
 * @param {Way} way
 * @param {string[]} args
 * @param {number} wanted exit code
 * @returns {Promise<string>}
 */
async function call({ entry, folder }, args, wanted) {
  console.log(`$ ios ${args.join(' ')}`);
  const begun = performance.now();
  const child = spawn(process.execPath, [entry, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    all += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  console.log(all.replace(/^(?=.)/gm, '  ').trimEnd());
  console.log(`  [${((performance.now() - begun) / 1000).toFixed(1)} s]`);
  if (code !== wanted) throw new StepError(`ios ${args[0]} ended with exit code ${code}, not ${wanted}`);
  return stdout;
}

/**
 * @param {Way} way
 * @param {string} config
 */
function startNode({ entry, folder }, config) {
  console.log(`$ ios start --config ${config}`);
  const args = [entry, 'start', '--config', config, '--stop-with-parent'];
  return spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
}

/**
 * @param {import('node:child_process').ChildProcess} node
 * @returns {Promise<string>}
 */
function firstLine(node) {
  return new Promise((resolve, reject) => {
    let said = '';
    node.stdout?.setEncoding('utf8').on('data', (text) => {
      said += text;
      if (said.includes('\n')) resolve(said.slice(0, said.indexOf('\n')));
    });
    node.on('close', (code) => reject(new StepError(`a node ended with exit code ${code} before it was ready`)));
  });
}

/**
 * @param {import('node:child_process').ChildProcess} node
 * @returns {Promise<number | null>}
 */
function stopNode(node) {
  return new Promise((resolve) => {
    node.on('close', resolve);
    node.kill('SIGTERM');
  });
}

/**
 * The first of `count` ports in a row on which nobody listens now.
 * @param {number} count
 * @returns {Promise<number>}
 */
async function freePorts(count) {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)));
    if (free.every(Boolean)) return first;
  }
  throw new CommandError(`no ${count} free ports in a row were found`);
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
