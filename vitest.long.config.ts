import { defineConfig } from 'vitest/config';
import { projects } from './vitest.projects.ts';

export default defineConfig({ test: { projects: projects('*.long.test.ts', [], 3_600_000), passWithNoTests: true } });
