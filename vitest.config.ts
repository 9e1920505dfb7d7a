import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'benchmarks/{failover,harness,throughput}/*.test.ts',
            'scripts/*.test.mjs',
          ],
        },
      },
      // What crosses packages and starts real servers has its own settings.
      'test',
      // Scenarios wait more than they work: several files at once, after the others.
      'test/chaos',
    ],
  },
});
