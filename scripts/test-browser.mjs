import { spawn } from 'node:child_process';
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { build, stop } from 'esbuild';
import { chromium } from 'playwright-core';
import { testCore } from './lib/browser-core.mjs';
import { testRandomness } from './lib/browser-drp.mjs';
import { serve } from './lib/browser-site.mjs';
import { chromiumFlags, findChromium } from './lib/chromium.mjs';
import { CommandError, command } from './lib/command.mjs';
import { bundleIos } from './lib/ios.mjs';
import { root } from './lib/workspace.mjs';

const usage = `
node scripts/test-browser.mjs [--require]

Runs @ios/client in a real Chromium, on a page with a strict content security policy, against a real node: key file,
signature, RPC over fetch and WebSocket, payment, finality proof, a file of the beacon, subscription while the node is away; before that
@ios/curve25519-wasm in a page and a worker, with and without a policy that allows WebAssembly, and a transcript of
@ios/drp. Chromium is the one
that CHROMIUM names, or one on the path. Where there is none the tests are skipped, with --require they fail.
`;

/** @typedef {import('../packages/client/test/browser/page.ts').Steps} Steps */

await command(usage, { require: { type: 'boolean' } }, async (values) => {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    const why = 'there is no Chromium: name one in CHROMIUM, or install one (Debian: apt-get install chromium)';
    if (values['require']) throw new CommandError(why);
    console.log(`test:browser: skipped, ${why}`);
    return 0;
  }
  const folder = await mkdtemp(join(tmpdir(), 'ios-browser-'));
  /** @type {(() => Promise<void>)[]} */
  const endings = [() => rm(folder, { recursive: true, force: true })];
  try {
    await run(executablePath, folder, endings);
    return 0;
  } finally {
    for (const end of endings.reverse()) await end();
  }
});

/**
 * @param {string} executablePath
 * @param {string} folder
 * @param {(() => Promise<void>)[]} endings what to do at the end, the last first
 */
async function run(executablePath, folder, endings) {
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  endings.push(() => browser.close());
  console.log(`test:browser: Chromium ${browser.version()}`);
  await testCore(browser, check);
  await testRandomness(browser, check);

  const [ios, script] = await Promise.all([bundleIos(), bundlePage()]);
  await stop();
  const network = join(folder, 'net');
  await ended(
    spawn(process.execPath, [ios, 'init', network, '--validators', '1', '--name', 'browser'], { stdio: 'ignore' }),
  );
  const config = join(network, 'validator-0/config.json');

  const site = await serveClient(script);
  endings.push(site.close);
  const settings = JSON.parse(await readFile(config, 'utf8'));
  settings.rpc = { ...settings.rpc, port: 0, origins: [site.origin] };
  settings.listen = ['/ip4/127.0.0.1/tcp/0'];
  await writeFile(config, JSON.stringify(settings));

  let node = await startNode(ios, config);
  endings.push(() => node.stop());
  site.allow(node.rpc);
  settings.rpc.port = Number(new URL(node.rpc).port);
  await writeFile(config, JSON.stringify(settings));

  const page = await browser.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(site.origin);

  /**
   * @template {keyof Steps} Name
   * @param {Name} name
   * @param {Parameters<Steps[Name]>} args
   * @returns {Promise<Awaited<ReturnType<Steps[Name]>>>}
   */
  const step = (name, ...args) =>
    page.evaluate(
      (/** @type {[string, unknown[]]} */ [called, given]) => /** @type {any} */ (globalThis).steps[called](...given),
      /** @type {[string, unknown[]]} */ ([name, args]),
    );

  const genesis = await readFile(join(network, 'genesis.json'), 'utf8');
  const owner = await readFile(join(network, 'validator-0/owner.json'), 'utf8');
  const password = (await readFile(join(network, 'validator-0/password'), 'utf8')).trim();

  await check('a key file opens for its password alone', () => step('keyFile'), { same: true, refused: 'password' });

  const [master, message] = [randomBytes(32), randomBytes(32)];
  await check(
    'node:crypto accepts a signature made on the page',
    async () => {
      const { publicKey, signature } = await step('sign', master.toString('hex'), message.toString('hex'));
      const x = Buffer.from(publicKey, 'hex').toString('base64url');
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
      return verify(null, message, key, Buffer.from(signature, 'hex'));
    },
    true,
  );

  const said = { name: 'browser', chain: node.chain, head: true, none: -32602 };
  await check('calls and batches over fetch and WebSocket', () => step('calls', node.rpc), [said, said]);

  await check('another page may not ask', () => foreign(browser, script, node.rpc), { fetched: false, opened: false });

  await check(
    'a page follows every head',
    async () => {
      await step('follow', node.rpc);
      return grown(step, 1);
    },
    true,
  );

  const mine = /** @type {{ id: string, height: number, spent: string, proof: string }} */ (
    await step('pay', node.rpc, genesis, owner, password)
  );
  await check(`a payment of 1.5 IOS is final at height ${mine.height}`, async () => mine.spent, '150000010');
  await check('its finality proof holds from genesis, another does not', () => step('verify', mine.proof, genesis), {
    holds: true,
    forged: false,
  });

  const vectors = JSON.parse(await readFile(join(root, 'packages/client/test/vectors/beacon.json'), 'utf8'));
  const { epoch, randomness, bundle } = vectors.bundles[1];
  await check(
    'a file of the beacon holds from genesis, a changed one does not',
    () => step('beacon', bundle, JSON.stringify(vectors.genesis)),
    {
      ...{ epoch, randomness, forged: 'wrong-output' },
    },
  );

  const before = (await step('followed')).heights.length;
  await node.stop();
  await sleep(500);
  node = await startNode(ios, config);
  await check('after the node was away the page has every head, none twice', () => grown(step, before + 2), true);
  await check('the page has complained of nothing', async () => complaints, []);
}

/** The page's script, for a browser and with nothing else. */
async function bundlePage() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'packages/client/test/browser/page.ts')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['ios-source', 'import', 'browser'],
    write: false,
  });
  return /** @type {import('esbuild').OutputFile} */ (outputFiles[0]).text;
}

/**
 * A site whose policy allows its own script and, once it is named, one node.
 * @param {string} script
 */
async function serveClient(script) {
  let nodes = '';
  const site = await serve({ '/page.js': script }, () => {
    const connect = nodes || "'none'";
    return `default-src 'none'; script-src 'self'; connect-src ${connect}; base-uri 'none'; form-action 'none'`;
  });
  return {
    ...site,
    /** @param {string} node */
    allow(node) {
      nodes = `${node} ${node.replace('http', 'ws')}`;
    },
  };
}

/**
 * Starts a validator; it stops with this process.
 * @param {string} ios
 * @param {string} config
 */
async function startNode(ios, config) {
  const child = spawn(process.execPath, [ios, 'start', '--config', config, '--stop-with-parent'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log = (log + chunk).slice(-4000);
  });
  const over = new Promise((resolve) => child.on('exit', resolve));
  const line = await Promise.race([
    new Promise((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk)))),
    over.then(() => undefined),
  ]);
  if (line === undefined) throw new CommandError(`the node did not start:\n${log}`);
  const { rpc, chain } = JSON.parse(String(line));
  return {
    rpc: String(rpc),
    chain: String(chain),
    async stop() {
      child.stdin.end();
      await over;
    },
  };
}

/** @param {import('node:child_process').ChildProcess} child */
function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve(undefined) : reject(new Error(`exit code ${code}`))));
  });
}

/**
 * What a page of an origin that the node was not told of can do: nothing.
 * @param {import('playwright-core').Browser} browser
 * @param {string} script
 * @param {string} node
 */
async function foreign(browser, script, node) {
  const other = await serveClient(script);
  other.allow(node);
  const page = await browser.newPage();
  try {
    await page.goto(other.origin);
    return await page.evaluate(async (/** @type {string} */ url) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getHead' });
      const headers = { 'content-type': 'application/json' };
      const fetched = await fetch(url, { method: 'POST', headers, body }).then(
        () => true,
        () => false,
      );
      const socket = new WebSocket(url.replace('http', 'ws'));
      const opened = await new Promise((resolve) => {
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      });
      return { fetched, opened };
    }, node);
  } finally {
    await page.close();
    await other.close();
  }
}

/**
 * Waits until the page has so many heads; they are those from height 1 on, each once.
 * @param {(name: 'followed') => Promise<ReturnType<Steps['followed']>>} step
 * @param {number} count
 */
async function grown(step, count) {
  for (const end = Date.now() + 30_000; ; await sleep(100)) {
    const { heights, failure } = await step('followed');
    if (failure !== undefined) return failure;
    if (heights.some((height, i) => height !== i + 1)) return `heights ${heights.join(' ')}`;
    if (heights.length >= count) return true;
    if (Date.now() > end) return `${heights.length} heads in 30 s, ${count} wanted`;
  }
}

/**
 * Holds what something comes to against what is wanted, and says so.
 * @param {string} what
 * @param {() => Promise<unknown>} work
 * @param {unknown} wanted
 */
async function check(what, work, wanted) {
  const start = performance.now();
  const found = await work();
  if (!isDeepStrictEqual(found, wanted)) {
    throw new CommandError(`not so: ${what}\nfound  ${JSON.stringify(found)}\nwanted ${JSON.stringify(wanted)}`);
  }
  console.log(`ok  ${what} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}
