import { defineProject } from 'vitest/config';

export default defineProject({
  test: {
    name: 'chaos',
    include: ['**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxConcurrency: 8,
    maxWorkers: 3,
    sequence: { groupOrder: 1 },
  },
});
