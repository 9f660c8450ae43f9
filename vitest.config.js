import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Tests never time anything; a machine that is busy is no reason to fail.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A test that waits for a container engine leaves a processor to the others.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
