import { defineConfig } from 'vitest/config';

const SECONDS = 1000;

/** Two cores: quick files share them; files that open databases, ports or a browser come after, one at a time. */
export default defineConfig({
  test: {
    watch: false,
    pool: 'forks',
    testTimeout: 30 * SECONDS,
    hookTimeout: 60 * SECONDS,
    teardownTimeout: 10 * SECONDS,
    passWithNoTests: false,
    allowOnly: false,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: ['test/unit/bot/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Importing botbuilder costs half a second: the files of the bot share one process.
        extends: true,
        test: {
          name: 'bot',
          include: ['test/unit/bot/**/*.test.ts'],
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120 * SECONDS,
          hookTimeout: 120 * SECONDS,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
