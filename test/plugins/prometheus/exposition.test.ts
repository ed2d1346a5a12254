import { gunzipSync } from 'node:zlib';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { entityId } from '../../../core/index.js';
import { sampleBatch, sampleNode, snapshotRows } from '../../../core/testing/index.js';
import { ALERT_BOOK, GRAPH, HOST } from '../../../core/tokens.js';
import { PrometheusKit } from '../../support/prometheus-kit.js';

const OPENMETRICS = { accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1' };
const TOKEN = 'a-token-for-scraping';
const ERRORS = 'sfu_monitor_collector_errors_total';

describe('the page', () => {
  it.each([
    [undefined, 'text/plain; version=0.0.4; charset=utf-8'],
    ['*/*', 'text/plain; version=0.0.4; charset=utf-8'],
    ['application/json', 'text/plain; version=0.0.4; charset=utf-8'],
    ['text/plain;version=0.0.4', 'text/plain; version=0.0.4; charset=utf-8'],
    ['application/openmetrics-text;version=0.0.1', 'text/plain; version=0.0.4; charset=utf-8'],
    ['text/plain;q=0.9,application/openmetrics-text;q=0.5', 'text/plain; version=0.0.4; charset=utf-8'],
    [OPENMETRICS.accept, 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
  ])('for Accept %s is %s', async (accept, expected) => {
    const kit = await new PrometheusKit().start();

    const response = await kit.ask(accept === undefined ? {} : { accept });

    expect(response.headers.get('content-type')).toBe(expected);
  });

  it('ends with # EOF in OpenMetrics, whose counters are named without their ending', async () => {
    const text = await (await new PrometheusKit().start()).text(OPENMETRICS);

    expect(text.endsWith('\n# EOF\n')).toBe(true);
    expect(text).toContain('# TYPE mediasoup_audio_silence counter\nmediasoup_audio_silence_total 0\n');
  });

  it('has exemplars with the GraphQL id in OpenMetrics, and none in the older format', async () => {
    const kit = await new PrometheusKit().start();
    kit.plugin.onSamples(sampleBatch('consumer', { values: { score: 3 } }));

    const id = entityId('sample-run', sampleNode('consumer'));
    const line = 'mediasoup_consumer_score_bucket{kind="video",type="simulcast",le="3.0"} 1';
    expect(await kit.text(OPENMETRICS)).toContain(`${line} # {id="${id}"} 3 1700000060\n`);
    expect(await kit.text()).toContain(`${line}\n`);
  });

  it('is compressed for those who take it', async () => {
    const kit = await new PrometheusKit().start();
    await kit.text();

    const response = await kit.ask({ 'accept-encoding': 'br;q=1, gzip;q=0.5' });
    const body = Buffer.from(await response.arrayBuffer());

    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(body).toString()).toContain('mediasoup_workers 1\n');
    expect((await kit.ask({ 'accept-encoding': 'gzip;q=0' })).headers.get('content-encoding')).toBeNull();
  });

  it.each([{}, { 'accept-encoding': 'gzip' }])(
    'is as long as it says, to every reader and to HEAD: %j',
    async (headers) => {
      const kit = await new PrometheusKit({ cacheMs: 60_000 }).start();

      const bodies = [await kit.ask(headers), await kit.ask(headers)].map(async (response) => {
        const body = Buffer.from(await response.arrayBuffer());
        expect(response.headers.get('content-length')).toBe(`${body.length}`);
        return body.toString('base64');
      });
      const head = await kit.ask(headers, '/metrics', 'HEAD');

      expect(new Set(await Promise.all(bodies)).size).toBe(1);
      expect(head.headers.get('content-length')).toBe((await kit.ask(headers)).headers.get('content-length'));
      expect(await head.text()).toBe('');
    },
  );

  it('is made once for all who ask at the same time, and for cacheMs after', async () => {
    const kit = await new PrometheusKit({ cacheMs: 1_000 }).start();

    const texts = await Promise.all([kit.text(), kit.text(), kit.text(OPENMETRICS), kit.text()]);
    expect(new Set(texts).size).toBe(2);
    expect(kit.plugin.counters().scrapes).toBe(2);
    await kit.text();
    expect(kit.plugin.counters().scrapes).toBe(2);
    kit.clock.advance(1_000);
    await kit.text();
    expect(kit.plugin.counters().scrapes).toBe(3);
  });

  it('takes no other method, and its token only', async () => {
    const kit = await new PrometheusKit({ token: TOKEN }).start();

    expect((await kit.ask()).status).toBe(401);
    expect((await kit.ask({ authorization: `Bearer ${TOKEN}x` })).status).toBe(401);
    expect((await kit.ask({ authorization: `Bearer ${TOKEN}` }, '/metrics', 'POST')).status).toBe(405);
    expect((await kit.ask({ authorization: `Bearer ${TOKEN}` }, '/metrics', 'HEAD')).status).toBe(200);
  });

  it('is for whoever may read at the server when there is no token', async () => {
    expect((await new PrometheusKit().start()).routes.find('/metrics')?.auth).toBe('read');
    expect((await new PrometheusKit({ token: TOKEN }).start()).routes.find('/metrics')?.auth).toBe('none');
  });
});

describe('a collector that throws', () => {
  it('costs its own metrics only, and is counted and told once', async () => {
    const kit = await new PrometheusKit({}, (scope) => {
      scope.registerInstance(HOST, {
        get latest(): never {
          throw new Error('no host');
        },
      } as never);
    }).start();

    await kit.text();
    expect(await kit.value('mediasoup_workers')).toBe(1);
    expect(await kit.value('sfu_host_load1')).toBeUndefined();
    expect(await kit.value(`${ERRORS}{collector="host"}`)).toBe(4);
    expect(kit.logger.messages('warn')).toHaveLength(1);
  });

  it('leaves no half of a count behind', async () => {
    const kit = await new PrometheusKit({}, (scope) => {
      scope.registerInstance(ALERT_BOOK, {
        ...scope.resolve(ALERT_BOOK),
        active: () => {
          throw new Error('no alerts');
        },
      });
    }).start();

    const text = await kit.text();
    expect(text).toContain(`${ERRORS}{collector="monitor"} 1\n`);
    expect(text).not.toMatch(/^sfu_monitor_(subscriptions|alerts_active|cpu_budget_ratio)/m);
  });
});

describe('metrics of the application', () => {
  function registry(): Registry {
    const own = new Registry();
    new Counter({ name: 'app_joins', help: 'Joins "here".', labelNames: ['how'], registers: [own] }).inc({
      how: 'a"b\n',
    });
    new Histogram({ name: 'app_seconds', help: 'Time.', buckets: [1], registers: [own] }).observe(0.5);
    return own;
  }

  it('stand on the same page in both formats', async () => {
    const kit = await new PrometheusKit({ registry: registry() as never }).start();

    expect(await kit.text()).toContain('# TYPE app_joins counter\napp_joins{how="a\\"b\\n"} 1\n');
    const open = await kit.text(OPENMETRICS);
    expect(open).toContain('# HELP app_joins Joins \\"here\\".\n# TYPE app_joins counter\napp_joins_total{how=');
    expect(open).toContain('app_seconds_bucket{le="1"} 1\n');
  });

  it('that throw or hang are left out and counted', async () => {
    const own = registry();
    new Gauge({
      name: 'app_broken',
      help: 'Broken.',
      registers: [own],
      collect: () => {
        throw new Error('broken');
      },
    });
    new Gauge({
      name: 'app_hanging',
      help: 'Hanging.',
      registers: [own],
      collect: () => new Promise<void>(() => undefined),
    });
    const kit = await new PrometheusKit({ registry: own as never }).start();

    const page = kit.text();
    await vi.waitFor(() => expect(kit.clock.pending).toBeGreaterThan(0));
    kit.clock.advance(1_000);
    const text = await page;

    expect(text).toContain('app_seconds_count 1\n');
    expect(text).toContain(`${ERRORS}{collector="registry:app_broken"} 1\n`);
    expect(text).toContain(`${ERRORS}{collector="registry:app_hanging"} 1\n`);
    expect(text).not.toContain('# TYPE app_broken');
  });

  it.each(['mediasoup_workers', 'mediasoup_producer_score_bucket', 'mediasoup_producer_bytes'])(
    'called %s are an error at the start that names them',
    async (name) => {
      const own = new Registry();
      new Gauge({ name, help: 'Ours.', registers: [own] });

      await expect(new PrometheusKit({ registry: own as never }).start()).rejects.toThrow(name);
    },
  );

  it('that take one of our names later are left out', async () => {
    const own = registry();
    const kit = await new PrometheusKit({ registry: own as never }).start();
    new Gauge({ name: 'mediasoup_workers', help: 'Ours.', registers: [own] }).set(42);

    expect(await kit.value('mediasoup_workers')).toBe(1);
    expect(await kit.value(`${ERRORS}{collector="registry:mediasoup_workers"}`)).toBe(2);
  });

  it('of the process come with nodeMetrics', async () => {
    expect(await (await new PrometheusKit({ nodeMetrics: true }).start()).text()).toContain(
      'nodejs_eventloop_lag_seconds',
    );
  });
});

describe('a stop', () => {
  it('takes the pages away, and a scrape that is under way is answered', async () => {
    const kit = await new PrometheusKit().start();
    const route = kit.routes.find('/metrics')!;

    const underWay = route.handler(new Request('http://localhost/metrics'));
    await kit.plugin.stop();

    expect([200, 503]).toContain((await underWay).status);
    expect(kit.routes.all()).toEqual([]);
    expect((await route.handler(new Request('http://localhost/metrics'))).status).toBe(503);
  });
});

describe('a port of its own', () => {
  async function own(options: object = {}) {
    const kit = await new PrometheusKit({ port: 0, ...options }).start();
    onTestFinished(() => kit.plugin.stop());
    const line = kit.logger.lines.find(({ message }) => message === 'metrics are served');
    return { kit, url: String(line?.fields.url) };
  }

  it('serves the page, and nothing under another path', async () => {
    const { url } = await own();

    expect(await (await fetch(url)).text()).toContain('mediasoup_workers 1');
    expect((await fetch(new URL('/other', url))).status).toBe(404);
  });

  it('asks for the token', async () => {
    const { url } = await own({ token: TOKEN });

    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200);
  });

  it('does not open to other machines without a token', async () => {
    await expect(new PrometheusKit({ port: 0, listen: '0.0.0.0' }).start()).rejects.toThrow('a token is needed');
  });

  it('that is taken is an error which names it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;

    await expect(new PrometheusKit({ port }).start()).rejects.toThrow(`Cannot listen on 127.0.0.1:${port}`);
  });
});

describe('an entity that has closed', () => {
  it('has no gauge on the next page', async () => {
    let workers = [sampleNode('worker')];
    const kit = await new PrometheusKit({}, (scope) => {
      const graph = scope.resolve(GRAPH);
      const snapshot = (): never =>
        Object.assign(Object.create(graph.snapshot()) as object, {
          all: (kind: string) => (kind === 'worker' ? workers : []),
        }) as never;
      scope.registerInstance(GRAPH, { ...graph, get: (key) => graph.get(key), snapshot, rows: snapshotRows(snapshot) });
    }).start();

    expect(await kit.value('mediasoup_worker_up{worker="0"}')).toBe(1);
    workers = [];
    expect(await kit.value('mediasoup_worker_up{worker="0"}')).toBeUndefined();
  });
});
