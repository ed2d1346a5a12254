import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { bench, describe } from 'vitest';
import {
  createSink,
  HttpPost,
  type MonitorEvent,
  type MonitorPlugin,
  parseOptions,
  systemClock,
} from '../../core/index.js';
import { RecordingLogger, sampleEvent, sampleRecords } from '../../core/testing/index.js';
import { boolean, float, integer, line } from '../../plugins/influx/line.js';
import { influxOptions } from '../../plugins/influx/options.js';
import { WriteClient } from '../../plugins/influx/write-client.js';
import { lokiOptions } from '../../plugins/loki/options.js';
import { LokiPlugin } from '../../plugins/loki/plugin.js';
import { stdoutOptions } from '../../plugins/stdout/options.js';
import { StdoutPlugin } from '../../plugins/stdout/plugin.js';

const RECORDS = 10_000;
const PER_WRITE = 500;

const gzipped = promisify(gzip);
const now = Date.now();
const EVENTS: readonly MonitorEvent[] = Array.from({ length: RECORDS }, (_, index) =>
  sampleEvent('producer.stalled', { silentMs: index }, { at: now }),
);
const records = sampleRecords();

/** Deliveries of as many records, with the CPU of this process for a thousand of them told at the end. */
function measured(name: string, deliver: () => Promise<void>): void {
  const cpu = { records: 0, micros: 0 };
  bench(
    name,
    async () => {
      const before = process.cpuUsage();
      await deliver();
      const { user, system } = process.cpuUsage(before);
      cpu.records += RECORDS;
      cpu.micros += user + system;
    },
    {
      iterations: 5,
      time: 2_000,
      warmupIterations: 1,
      warmupTime: 0,
      teardown: (_task, mode) => {
        if (mode !== 'run') return;
        const ms = cpu.micros / cpu.records;
        console.info(`${name}: ${ms.toFixed(1)} ms of CPU for 1,000 records, all threads`);
      },
    },
  );
}

async function throughPlugin(plugin: MonitorPlugin): Promise<void> {
  for (let from = 0; from < RECORDS; from += PER_WRITE) plugin.onEvents?.(EVENTS.slice(from, from + PER_WRITE));
  await plugin.flush?.(AbortSignal.timeout(60_000));
}

// Vitest runs no hooks around benchmarks; what stands here ends with the process.
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end());
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
server.unref();
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const http = new HttpPost({ clock: systemClock, url, timeoutMs: 10_000 });
const lokiTuning = parseOptions(lokiOptions, { url, capacity: RECORDS }, 'plugins.loki');
const loki = new LokiPlugin(lokiTuning, new RecordingLogger(), systemClock, records, 'loki');
await loki.start(AbortSignal.timeout(10_000));

describe(`Loki, ${RECORDS} records`, () => {
  measured('Loki, the floor: records, JSON, gzip and HTTP by hand', async () => {
    for (let from = 0; from < RECORDS; from += PER_WRITE) {
      const values = EVENTS.slice(from, from + PER_WRITE).map((event) => {
        const { message = '', id = '', type = '', data } = records.ofEvent(event) ?? {};
        return [`${event.at}000000`, message, { id, type, data: JSON.stringify(data) }];
      });
      const body = JSON.stringify({ streams: [{ stream: { job: 'floor' }, values }] });
      await http.post(await gzipped(body, { level: 1 }));
    }
  });

  measured('Loki, the plugin', () => throughPlugin(loki));
});

const folder = mkdtempSync(join(tmpdir(), 'sfuscope-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const stream = join(folder, 'records.jsonl');
const stdoutTuning = parseOptions(stdoutOptions, { stream, capacity: RECORDS }, 'plugins.stdout');
const stdout = new StdoutPlugin(stdoutTuning, new RecordingLogger(), systemClock, records, 'stdout');
await stdout.start();

describe(`stdout to a file, ${RECORDS} records`, () => {
  measured('stdout, the floor: records, JSON and writes by hand', async () => {
    const handle = await open(stream, 'w');
    for (let from = 0; from < RECORDS; from += PER_WRITE) {
      const lines = EVENTS.slice(from, from + PER_WRITE).map((event) => `${JSON.stringify(records.ofEvent(event))}\n`);
      await handle.write(lines.join(''));
    }
    await handle.close();
  });

  measured('stdout, the plugin', () => throughPlugin(stdout));
});

const influxServer = new WriteClient(
  parseOptions(influxOptions, { url, v1: { database: 'x' } }, 'plugins.influx'),
  systemClock,
  {},
);
const influx = createSink<string>({
  clock: systemClock,
  logger: new RecordingLogger(),
  capacity: RECORDS,
  write: (batch, signal) => influxServer.write(batch, signal),
});
const point = (index: number): string =>
  line('sfu_worker', { node: 'sfu-1', worker: '4242' }, { a: integer(index), b: float(0.5), c: boolean(true) }, now) ??
  '';

describe(`InfluxDB, ${RECORDS} points`, () => {
  measured('InfluxDB, the floor: texts, gzip and HTTP by hand', async () => {
    for (let from = 0; from < RECORDS; from += PER_WRITE) {
      let body = '';
      for (let i = 0; i < PER_WRITE; i++)
        body += `sfu_worker,node=sfu-1,worker=4242 a=${from + i}i,b=0.5,c=true ${now}000\n`;
      await http.post(await gzipped(body, { level: 1 }));
    }
  });

  measured('InfluxDB, lines and sink of the plugin', async () => {
    for (let index = 0; index < RECORDS; index++) influx.push(point(index));
    await influx.flush(AbortSignal.timeout(60_000));
  });
});
