import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './support/reporter.js';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  // As Node.js resolves it: vite would take another file of graphql for our sources than its other users get, and two copies of
  // graphql refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    include: ['test/**/*.test.ts'],
    // For a slow machine with other work: a wait that is over costs nothing. Waits within a test end sooner, with what they miss.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    pool: 'forks',
    // Two cores are the reference machine; more forks only starve the real workers and browsers the tests start.
    maxWorkers: 2,
    reporters: ['default', new SummaryReporter(`${root}.cache/test-summary.json`)],
  },
});
