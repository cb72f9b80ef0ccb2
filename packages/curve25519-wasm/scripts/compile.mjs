import { readFileSync } from 'node:fs';
import { main } from 'assemblyscript/asc';

/** What the compiler is asked for; the same sources, compiler and options give the same bytes on every machine. */
const OPTIONS = ['-O3', '--runtime', 'stub', '--noAssert', '--memoryBase', '131072', '--use', 'abort='];

/**
 * Compiles `assembly/index.ts`.
 * @param {string} [binary] `index.wasm`, or `index.wat` for the text form
 * @returns {Promise<Uint8Array | string>}
 */
export async function compile(binary = 'index.wasm') {
  /** @type {Map<string, Uint8Array | string>} */
  const files = new Map();
  const { error, stderr } = await main(
    ['assembly/index.ts', ...OPTIONS, binary.endsWith('.wat') ? '--textFile' : '--outFile', binary],
    {
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
    },
  );
  const output = files.get(binary);
  if (error !== null || output === undefined) throw new Error(`the module does not compile:\n${stderr.toString()}`);
  return output;
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
