import { defineConfig } from 'vitest/config';
import { projects } from './vitest.projects.ts';

// By itself vitest leaves one core free, which halves the speed where there are two.
export default defineConfig({
  test: { maxWorkers: '100%', projects: projects('*.test.ts', ['**/*.long.test.ts'], 60_000) },
});
