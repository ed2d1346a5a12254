import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** An alert as `GET /api/v2/alerts` tells it. */
export interface HeldAlert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly status: { readonly state: 'active' | 'suppressed' | 'unprocessed' };
}

export interface AlertmanagerOptions {
  /** Where its webhook goes. */
  readonly webhookUrl: string;
  readonly groupBy: readonly string[];
}

const PROGRAM = process.env.ALERTMANAGER_BIN ?? 'prometheus-alertmanager';
const START_MS = 30_000;
const STOP_MS = 10_000;

/** A real Alertmanager on a free port of the loopback address, without a cluster; its data lives in a folder of its own and goes with it. */
export class Alertmanager implements AsyncDisposable {
  /** Like `http://127.0.0.1:43303`. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** Resolves once it is ready. Rejects with its log when it does not start, or is not installed. */
  static async start(options: AlertmanagerOptions): Promise<Alertmanager> {
    const folder = mkdtempSync(join(tmpdir(), 'sfuscope-alertmanager-'));
    const file = join(folder, 'alertmanager.yml');
    writeFileSync(file, configuration(options));
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      PROGRAM,
      [
        `--config.file=${file}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
        '--cluster.listen-address=',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const alertmanager = new Alertmanager(`http://${address}`, child, folder);
    try {
      await ready(child, alertmanager.url);
      return alertmanager;
    } catch (error) {
      await alertmanager[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What it holds now. Alerts that have ended are not among them. */
  async alerts(): Promise<readonly HeldAlert[]> {
    const response = await fetch(`${this.url}/api/v2/alerts`, { signal: AbortSignal.timeout(10_000) });
    return (await response.json()) as readonly HeldAlert[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(timer);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function configuration({ webhookUrl, groupBy }: AlertmanagerOptions): string {
  return stringify({
    route: { receiver: 'test', group_by: groupBy, group_wait: '0s', group_interval: '1s', repeat_interval: '1h' },
    receivers: [{ name: 'test', webhook_configs: [{ url: webhookUrl, send_resolved: true }] }],
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000);
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Alertmanager ended with code ${code}:\n${log}`)));
  });
  failed.catch(() => undefined);
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const answer = await Promise.race([
      fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined),
      failed,
    ]);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Alertmanager was not ready in time:\n${log}`);
}
