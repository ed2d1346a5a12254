import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's own place, unless told otherwise. */
const INFLUXD = process.env.INFLUXD_BIN ?? 'influxd';
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 10_000;

export interface InfluxCredentials {
  readonly user: string;
  readonly password: string;
}

/** A series of an answer: its columns by name, a row for each point. */
export interface InfluxSeries {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

interface Answer {
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly name: string;
      readonly tags?: Readonly<Record<string, string>>;
      readonly columns: readonly string[];
      readonly values: readonly (readonly (string | number | boolean | null)[])[];
    }[];
  }[];
  readonly error?: string;
}

/** A real InfluxDB 1 (Debian's package) on free ports of the loopback address; its data lives in a folder of its own and goes with it. */
export class InfluxServer {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #credentials: InfluxCredentials | undefined;

  private constructor(url: string, child: ChildProcess, folder: string, credentials: InfluxCredentials | undefined) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
    this.#credentials = credentials;
  }

  /** Resolves once it answers. With credentials it refuses everybody else. Rejects with its log when it does not start. */
  static async start(credentials?: InfluxCredentials): Promise<InfluxServer> {
    if (spawnSync(INFLUXD, ['version']).status !== 0) {
      throw new Error('No InfluxDB found. Install Debian\'s "influxdb" package.');
    }
    const folder = mkdtempSync(join(tmpdir(), 'sfuscope-influxdb-'));
    const [http, rpc] = await Promise.all([freePort(), freePort()]);
    const file = join(folder, 'influxdb.conf');
    writeFileSync(file, configuration(folder, http, rpc, credentials !== undefined));
    const child = spawn(INFLUXD, ['-config', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    const server = new InfluxServer(`http://127.0.0.1:${http}`, child, folder, credentials);
    try {
      await server.#ready();
      if (credentials !== undefined) {
        await server.query(
          `CREATE USER "${credentials.user}" WITH PASSWORD '${credentials.password}' WITH ALL PRIVILEGES`,
        );
      }
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Times are in microseconds. Rejects with the message of InfluxDB when it has one. */
  async query(q: string, database = ''): Promise<readonly InfluxSeries[]> {
    const body = new URLSearchParams({ q, db: database, epoch: 'u' });
    const headers = this.#credentials === undefined ? {} : authorization(this.#credentials);
    const response = await fetch(`${this.url}/query`, {
      method: 'POST',
      body,
      headers,
      signal: AbortSignal.timeout(30_000),
    });
    const { results = [], error } = (await response.json()) as Answer;
    const problem = error ?? results.find((result) => result.error !== undefined)?.error;
    if (problem !== undefined) throw new Error(`${problem}: ${q}`);
    return results.flatMap(({ series = [] }) =>
      series.map(({ name, tags = {}, columns, values }) => ({
        name,
        tags,
        rows: values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))),
      })),
    );
  }

  /** The rows of one measurement, with tags and fields as columns. */
  async rows(database: string, measurement: string): Promise<InfluxSeries['rows']> {
    return (await this.query(`SELECT * FROM "${measurement}"`, database)).flatMap(({ rows }) => rows);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      await exited;
      clearTimeout(timer);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    let log = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-20_000);
    });
    const deadline = performance.now() + START_DEADLINE_MS;
    for (;;) {
      const answer = await fetch(`${this.url}/ping`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
      if (answer?.status === 204) return;
      if (this.#child.exitCode !== null || performance.now() > deadline)
        throw new Error(`InfluxDB did not start:\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function authorization({ user, password }: InfluxCredentials): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

function configuration(folder: string, http: number, rpc: number, withAuth: boolean): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
  logging-enabled = false
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${http}"
  auth-enabled = ${withAuth}
  log-enabled = false
  max-body-size = 25000000
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
