import * as mediasoup from 'mediasoup';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMonitor, type Monitor, use } from '../../../core/index.js';
import { DASHBOARDS } from '../../../plugins/prometheus/dashboards/dashboards.js';
import prometheus from '../../../plugins/prometheus/plugin.js';
import { DemoSfu } from '../../../server/demo/demo-sfu.js';
import { createServer, type SfuscopeServer } from '../../../server/index.js';
import { PrometheusServer } from '../../support/prometheus-server.js';
import { withoutPrometheus } from '../../support/promtool.js';
import { ALERT_RULES, comparisonsOf, RECORDED, RECORDING_RULES, RULES_FILE } from '../../support/rule-files.js';

const SLOW = { timeout: 240_000 };
const WITHIN = { timeout: 120_000, interval: 1_000 };
/** A scrape may take as long: enough for a page of a process that is held up. */
const SCRAPE_MS = 2_000;

/** What may give nothing in a healthy demo, and why. */
const MAY_BE_EMPTY: readonly (readonly [RegExp, string])[] = [
  [/^increase\(mediasoup_entities_closed_total.* > 0$/, 'no worker has died'],
  [/mediasoup_transport_packet_loss_ratio/, 'the plain transports of the demo have no congestion control'],
  [/mediasoup_transport_available_bandwidth/, 'the plain transports of the demo have no congestion control'],
  [/mediasoup_transport_connect_seconds/, 'plain transports have neither ICE nor DTLS, and nobody uses the others'],
  [/mediasoup_producer_round_trip_time/, 'the endpoints of the demo send no extended reports'],
  [/sfu_host_c(ontainer|group)_/, 'this machine may be no container, or one without limits'],
  [/sfu_host_network_/, 'this machine may have no network besides loopback'],
  [/sfu_monitor_collector_errors_total/, 'no collector has failed'],
  [/sfu_monitor_label_overflow_total/, 'no label has too many values'],
];

const queries = Object.entries(DASHBOARDS).flatMap(([file, { panels, annotations }]) => {
  const ofPanels = panels.flatMap((panel) =>
    panel.type === 'row' ? [] : panel.targets.map(({ expr }) => ({ where: `${file}: ${panel.title}`, expr })),
  );
  return [
    ...ofPanels,
    ...annotations.list.map(({ name, target }) => ({ where: `${file}: ${name}`, expr: target.expr })),
  ];
});

/** As Grafana would ask when all is chosen. */
function chosen(expr: string): string {
  return expr.replaceAll('$__rate_interval', '10s').replaceAll(/\$(?:instance|worker|kind)\b/g, '.*');
}

describe.skipIf(withoutPrometheus)('every expression, asked of a Prometheus that scrapes the demo', SLOW, () => {
  let monitor: Monitor;
  let server: SfuscopeServer;
  let sfu: DemoSfu;
  let database: PrometheusServer;

  beforeAll(async () => {
    monitor = createMonitor({
      mediasoup,
      sampling: { intervalMs: 500, cpuShare: 0.5 },
      host: { intervalMs: 1_000, systemInformation: false },
      plugins: [use(prometheus, {})],
    });
    await monitor.start();
    server = createServer(monitor, { port: 0 });
    const { url } = await server.listen();
    sfu = await DemoSfu.start(mediasoup, { rooms: 2, peers: 3, workers: 2 });
    database = await PrometheusServer.start({
      targets: [{ url: new URL('/metrics', url).href }],
      ruleFiles: [RULES_FILE],
      intervalMs: SCRAPE_MS,
    });
  });

  afterAll(async () => {
    await database?.stop();
    await sfu?.stop();
    await server?.close();
    await monitor?.stop();
  });

  /** The expressions that give no number. Rejects when one is not understood. */
  async function silent(asked: readonly { readonly where: string; readonly expr: string }[]): Promise<string[]> {
    const answers = await Promise.all(
      asked.map(async ({ where, expr }) => {
        const series = await database.query(chosen(expr));
        return series.some(({ value }) => Number.isFinite(value)) ? [] : [`${where}: ${expr}`];
      }),
    );
    return answers.flat();
  }

  const excused = (expr: string): boolean => MAY_BE_EMPTY.some(([pattern]) => pattern.test(expr));

  it.each(Object.keys(DASHBOARDS))('on %s returns data', async (file) => {
    const asked = queries.filter(({ where, expr }) => where.startsWith(`${file}:`) && !excused(expr));

    await vi.waitFor(async () => expect(await silent(asked)).toEqual([]), WITHIN);
  });

  it('that may be empty is at least understood, and there is one for every excuse', async () => {
    const asked = queries.filter(({ expr }) => excused(expr));
    const unused = MAY_BE_EMPTY.filter(([pattern]) => !asked.some(({ expr }) => pattern.test(expr)));

    await expect(silent(asked)).resolves.toBeDefined();
    expect(unused).toEqual([]);
  });

  it('of a choice at the top has something to choose from', async () => {
    const variables = Object.values(DASHBOARDS).flatMap(({ templating }) => templating.list);
    const choices = new Set(variables.flatMap(({ query }) => (typeof query === 'string' ? [] : [query.query])));
    expect(choices.size).toBe(2);

    for (const query of choices) {
      const [, match, label] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
      expect(await database.labelValues(label ?? '', chosen(match ?? '')), query).not.toEqual([]);
    }
  });

  it('of a recording rule returns data, with the labels its name tells', async () => {
    for (const { record, expr } of RECORDING_RULES) {
      await vi.waitFor(async () => {
        const [series] = await database.query(record);
        expect(series, `${record}: ${expr}`).toBeDefined();
        const { __name__, ...labels } = series?.labels ?? {};
        expect(Object.keys(labels).sort(), record).toEqual([...(RECORDED.get(record) ?? [])].sort());
        expect(Number.isFinite(series?.value), `${record} is ${series?.value}`).toBe(true);
      }, WITHIN);
    }
  });

  it('of an alert compares something that is there', async () => {
    const asked = ALERT_RULES.flatMap((rule) =>
      comparisonsOf(rule).map(({ value }) => ({ where: rule.alert, expr: value })),
    );

    await vi.waitFor(async () => expect(await silent(asked)).toEqual([]), WITHIN);
  });

  it('is evaluated without errors, as is every scrape', async () => {
    await vi.waitFor(async () => {
      const rules = await database.rules();
      expect(rules).toHaveLength(RECORDING_RULES.length + ALERT_RULES.length);
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
      expect(await database.targets()).toMatchObject([{ health: 'up', lastError: '' }]);
    }, WITHIN);
  });

  it('finds nothing that a healthy SFU would wake somebody for', async () => {
    const severities = (await database.alerts()).map(({ labels }) => labels.severity);

    expect(severities).not.toContain('critical');
  });

  it('tells of the death of a worker as an alert', async () => {
    const [worker] = sfu.workers;
    if (worker === undefined) throw new Error('the demo has no worker');
    process.kill(worker.pid, 'SIGKILL');

    await vi.waitFor(async () => {
      const firing = (await database.alerts()).filter(({ state }) => state === 'firing');
      expect(firing.map(({ labels }) => labels.alertname)).toContain('SfuWorkerDied');
    }, WITHIN);
  });
});
