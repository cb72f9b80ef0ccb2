import { defineConfig } from 'vitest/config';
import { projects } from './vitest.projects.ts';

export default defineConfig({ test: { projects: projects('*.test.ts', ['**/*.long.test.ts'], 60_000) } });
