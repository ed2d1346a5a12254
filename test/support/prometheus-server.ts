import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { prometheusPath } from './promtool.js';

export interface ScrapeTarget {
  /** Address of the page, with its path. */
  readonly url: string;
  /** @default 'sfu' */
  readonly job?: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
}

export interface PrometheusServerOptions {
  readonly targets: readonly ScrapeTarget[];
  /** Interval of scrapes and of rule evaluations. @default 1000 */
  readonly intervalMs?: number;
  /** Absolute paths of rule files. */
  readonly ruleFiles?: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

/** One series of an instant query. */
export interface InstantSeries {
  readonly labels: Labels;
  readonly value: number;
}

/** One series of a range query. */
export interface RangeSeries {
  readonly labels: Labels;
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

export interface TargetHealth {
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  /** Empty when the last scrape went well. */
  readonly lastError: string;
}

export interface ActiveAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
}

export interface RuleHealth {
  readonly name: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
}

interface Answer<T> {
  readonly status: 'success' | 'error';
  readonly data: T;
  readonly error?: string;
}

const START_DEADLINE_MS = 90_000;
const STOP_DEADLINE_MS = 30_000;

/** A real Prometheus on a free port of the loopback address; its data lives in a folder of its own and goes with it. */
export class PrometheusServer {
  /** Where it listens, like `http://127.0.0.1:43303`. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** Resolves once it answers queries. Rejects with its log when it does not start. */
  static async start(options: PrometheusServerOptions): Promise<PrometheusServer> {
    if (prometheusPath === undefined) {
      throw new Error('No Prometheus found. Install Debian\'s "prometheus" package or set PROMETHEUS_BIN.');
    }
    const folder = mkdtempSync(join(tmpdir(), 'sfuscope-prometheus-'));
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, configuration(options));
    const child = spawn(
      prometheusPath,
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'storage')}`,
        '--storage.tsdb.retention.time=1d',
        '--web.listen-address=127.0.0.1:0',
        '--enable-feature=exemplar-storage',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    try {
      return new PrometheusServer(await listening(child), child, folder);
    } catch (error) {
      await end(child, folder);
      throw error;
    }
  }

  /** What an expression gives now, or at `atMs`. Rejects with the message of Prometheus when it has one. */
  async query(expr: string, atMs?: number): Promise<InstantSeries[]> {
    const time = atMs === undefined ? {} : { time: String(atMs / 1000) };
    const { resultType, result } = await this.#ask<
      | { resultType: 'vector'; result: { metric: Labels; value: [number, string] }[] }
      | { resultType: 'scalar'; result: [number, string] }
    >('query', { query: expr, ...time });
    if (resultType === 'scalar') return [{ labels: {}, value: numberOf(result[1]) }];
    return result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value[1]) }));
  }

  async queryRange(expr: string, startMs: number, endMs: number, stepMs: number): Promise<RangeSeries[]> {
    const { result } = await this.#ask<{ result: { metric: Labels; values: [number, string][] }[] }>('query_range', {
      query: expr,
      start: String(startMs / 1000),
      end: String(endMs / 1000),
      step: String(stepMs / 1000),
    });
    return result.map(({ metric, values }) => ({
      labels: metric,
      points: values.map(([at, value]) => ({ atMs: at * 1000, value: numberOf(value) })),
    }));
  }

  /** Exemplars of the series that an expression reads. */
  async queryExemplars(
    expr: string,
    startMs: number,
    endMs: number,
  ): Promise<{ seriesLabels: Labels; exemplars: { labels: Labels; value: string; timestamp: number }[] }[]> {
    const range = { start: String(startMs / 1000), end: String(endMs / 1000) };
    return this.#ask('query_exemplars', { query: expr, ...range });
  }

  /** Values that a label has in the series that match. */
  async labelValues(label: string, match: string): Promise<string[]> {
    return this.#ask(`label/${label}/values?${new URLSearchParams({ 'match[]': match })}`);
  }

  async targets(): Promise<readonly TargetHealth[]> {
    return (await this.#ask<{ activeTargets: TargetHealth[] }>('targets?state=active')).activeTargets;
  }

  async alerts(): Promise<readonly ActiveAlert[]> {
    return (await this.#ask<{ alerts: ActiveAlert[] }>('alerts')).alerts;
  }

  /** All rules of all rule files. */
  async rules(): Promise<readonly RuleHealth[]> {
    const { groups } = await this.#ask<{ groups: { rules: RuleHealth[] }[] }>('rules');
    return groups.flatMap(({ rules }) => rules);
  }

  /** Ends the process and removes its data. */
  stop(): Promise<void> {
    return end(this.#child, this.#folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** With parameters it is posted, so that an expression may be long. */
  async #ask<T>(path: string, parameters?: Readonly<Record<string, string>>): Promise<T> {
    const body = parameters === undefined ? {} : { method: 'POST', body: new URLSearchParams(parameters) };
    const response = await fetch(`${this.url}/api/v1/${path}`, { ...body, signal: AbortSignal.timeout(60_000) });
    const answer = (await response.json()) as Answer<T>;
    if (answer.status === 'error') throw new Error(`${answer.error}: ${parameters?.query ?? path}`);
    return answer.data;
  }
}

function configuration({ targets, intervalMs = 1_000, ruleFiles = [] }: PrometheusServerOptions): string {
  return stringify({
    global: {
      scrape_interval: `${intervalMs}ms`,
      scrape_timeout: `${intervalMs}ms`,
      evaluation_interval: `${intervalMs}ms`,
    },
    rule_files: ruleFiles,
    // Job names must differ here; the label of the target wins over them.
    scrape_configs: targets.map(({ url, job = 'sfu', token }, index) => ({
      job_name: `target-${index}`,
      metrics_path: new URL(url).pathname,
      ...(token === undefined ? {} : { authorization: { credentials: token } }),
      static_configs: [{ targets: [new URL(url).host], labels: { job } }],
    })),
  });
}

/** The address it has chosen, once it takes requests. */
function listening(child: ChildProcess): Promise<string> {
  const { stderr } = child;
  if (stderr === null) return Promise.reject(new Error('Prometheus has no log'));
  let log = '';
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Prometheus did not start in time:\n${log}`)), START_DEADLINE_MS);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Prometheus ended with code ${code}:\n${log}`)));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-20_000);
      const address = /msg="Listening on" address=(\S+)/.exec(log)?.[1];
      if (address === undefined || !log.includes('Server is ready')) return;
      clearTimeout(timer);
      // Read on, so that the pipe never fills up.
      stderr.removeAllListeners('data').resume();
      resolve(`http://${address}`);
    });
  });
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await exited;
    clearTimeout(timer);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Prometheus writes what JSON has no number for as text. */
function numberOf(text: string): number {
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
}
