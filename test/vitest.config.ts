import { defineProject } from 'vitest/config';

export default defineProject({
  test: {
    name: 'test',
    include: ['**/*.test.ts'],
    // They are a project of their own.
    exclude: ['chaos/**', '**/node_modules/**'],
    // Real servers, real processes and real timeouts of glibc take their time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
