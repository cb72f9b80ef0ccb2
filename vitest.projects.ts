import { readdirSync } from 'node:fs';
import type { TestProjectConfiguration } from 'vitest/config';

const conditions = ['ios-source', 'module', 'node', 'import', 'default'];

/** One vitest project for each package, and one for the repository's own tests; sources are tested, no build first. */
export const projects = (include: string, exclude: string[], testTimeout: number): TestProjectConfiguration[] =>
  [...readdirSync(new URL('./packages', import.meta.url)).map((name) => `packages/${name}`), 'scripts'].map(
    (folder) => ({
      resolve: { conditions },
      ssr: { resolve: { conditions } },
      test: {
        name: folder.replace('packages/', ''),
        include: [`${folder}/test/**/${include}`],
        exclude,
        testTimeout,
        hookTimeout: testTimeout,
      },
    }),
  );
