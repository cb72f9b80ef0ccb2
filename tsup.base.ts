import { defineConfig } from 'tsup';

/** The one build recipe: ESM only, an output file for each entry, declarations beside it. */
export const build = (entry: string[], node = false): ReturnType<typeof defineConfig> =>
  defineConfig({
    entry,
    format: 'esm',
    target: 'es2022',
    platform: node ? 'node' : 'neutral',
    clean: true,
    splitting: true,
    treeshake: true,
    sourcemap: false,
    dts: { compilerOptions: { ignoreDeprecations: '6.0', isolatedDeclarations: false } },
  });
