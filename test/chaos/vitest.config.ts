import { defineProject } from 'vitest/config';

export default defineProject({
  test: {
    name: 'chaos',
    include: ['**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxConcurrency: 6,
    // A thousand lookups a second over HTTPS want a processor to themselves.
    maxWorkers: 2,
    sequence: { groupOrder: 1 },
  },
});
