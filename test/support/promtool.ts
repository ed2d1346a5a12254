import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Path of a Prometheus on this machine; undefined when there is none. */
export const prometheusPath = [process.env.PROMETHEUS_BIN, '/usr/bin/prometheus', '/usr/local/bin/prometheus'].find(
  (path): path is string => path !== undefined && existsSync(path),
);

/** Tests with a real Prometheus are left out where there is none, but not under CI. */
export const withoutPrometheus = prometheusPath === undefined && process.env.CI === undefined;

const DEADLINE_MS = 150_000;

/** Runs the promtool beside that Prometheus. Resolves with its exit code and all that it printed. */
export function promtool(
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number | null; readonly output: string }> {
  if (prometheusPath === undefined) {
    throw new Error('No promtool found. Install Debian\'s "prometheus" package or set PROMETHEUS_BIN.');
  }
  const path = prometheusPath.replace(/prometheus$/, 'promtool');
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { timeout: DEADLINE_MS });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
    // It may have ended already, of a wrong argument.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
