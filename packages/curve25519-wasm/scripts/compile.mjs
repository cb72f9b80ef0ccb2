import { readFileSync } from 'node:fs';
import { main } from 'assemblyscript/asc';

/** What the compiler is asked for; the same sources, compiler and options give the same bytes on every machine. */
const OPTIONS = [
  '-O3',
  '--runtime',
  'stub',
  '--noAssert',
  '--enable',
  'simd',
  '--memoryBase',
  '131072',
  '--use',
  'abort=',
];

/**
 * Compiles `assembly/index.ts`.
 * @param {readonly string[]} [passes] of Binaryen, to run after all others
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function compile(passes = []) {
  /** @type {Map<string, Uint8Array | string>} */
  const files = new Map();
  const more = passes.length === 0 ? [] : ['--runPasses', passes.join(',')];
  const { error, stderr } = await main(['assembly/index.ts', ...OPTIONS, ...more, '--outFile', 'index.wasm'], {
    readFile: (name) => {
      try {
        return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
      } catch {
        return null;
      }
    },
    writeFile: (name, contents) => {
      files.set(name, contents);
    },
    listFiles: () => [],
  });
  const output = files.get('index.wasm');
  if (error !== null || output === undefined) throw new Error(`the module does not compile:\n${stderr.toString()}`);
  return /** @type {Uint8Array<ArrayBuffer>} */ (output);
}

/**
 * `src/bytes.ts` with the compiled module in it.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export const embed = (bytes) => `// Made by scripts/build-wasm.mjs from assembly/; do not edit.

/** The compiled module, in base64. */
export const BYTES: string =
  '${Buffer.from(bytes).toString('base64')}';
`;
