import { defineConfig } from 'vitest/config';

// Tests never time anything; a machine that is busy is no reason to fail.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
