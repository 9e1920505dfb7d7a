import { defineConfig } from 'vitest/config';

// Each package is a project of its own, named by its package.json; a folder that needs other settings than
// the defaults has its own vitest.config.ts.
export default defineConfig({
  test: {
    projects: ['packages/*', 'test'],
    passWithNoTests: true,
  },
});
