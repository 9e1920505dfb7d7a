import { defineProject } from 'vitest/config';

export default defineProject({
  test: {
    name: 'test',
    include: ['**/*.test.ts'],
    // Real servers, real processes and real timeouts of glibc take their time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
