import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, describe } from 'vitest';
import { ManualClock, RecordingLogger, sampleAlert } from '../../core/testing/index.js';
import { systemClock } from '../../core/index.js';
import { StateFile } from '../../plugins/webhook/delivery/state-file.js';
import { DispatchKit } from '../support/webhook/dispatch-kit.js';
import { PluginKit } from '../support/webhook/plugin-kit.js';
import { ReceiverServer } from '../support/webhook/receiver-server.js';

const ALERTS = 10_000;
const ROUNDS = 300;

const ms = (value: number): string => `${value.toFixed(2)} ms`;

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(Math.floor(sorted.length * q), sorted.length - 1)] ?? Number.NaN;
}

/** From the change at the desk to the request at the receiver, over the loopback address, with no wait for company. */
async function latencies(): Promise<readonly number[]> {
  const arrived = new Map<string, number>();
  await using server = await ReceiverServer.start(({ body }) => {
    const { commonLabels } = JSON.parse(body) as { commonLabels: { alertname: string } };
    arrived.set(commonLabels.alertname, performance.now());
    return { status: 200 };
  });
  await using kit = await PluginKit.start({
    receivers: { a: { kind: 'webhook', url: server.url, maxPerMinute: 6_000 } },
    route: { receiver: 'a', groupBy: ['alertname'], groupWaitMs: 0 },
  });
  const found: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const name = `Alert${i}`;
    const begin = performance.now();
    kit.fire(name);
    while (!arrived.has(name)) await new Promise((resolve) => setTimeout(resolve, 1));
    found.push((arrived.get(name) ?? Number.NaN) - begin);
  }
  return found;
}

const kit = new DispatchKit({ clock: new ManualClock() });
const alerts = Array.from({ length: ALERTS }, (_, i) => {
  const labels = { alertname: 'ConsumersStarved', severity: 'warning', entity: `consumer-${i}`, room: `r${i % 50}` };
  return sampleAlert({ id: `ConsumersStarved:${i}`, name: 'ConsumersStarved', labels });
});
const observeAll = (): void => {
  for (const alert of alerts) kit.dispatcher.observe({ alert });
};
const timed = (work: () => void): number => {
  const begin = performance.now();
  work();
  return performance.now() - begin;
};

observeAll();
const flushMs = timed(() => kit.clock.advance(1_000));
const againMs = timed(observeAll);

/** The longest turn of the event loop while the state of all the alerts is written. */
async function longestTurnOfWrite(): Promise<{
  readonly longest: number;
  readonly total: number;
  readonly bytes: number;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'sfuscope-bench-'));
  const path = join(folder, 'state');
  const state = () => ({ groups: kit.dispatcher.kept(), waiting: [] });
  const file = new StateFile({ file: path, clock: systemClock, logger: new RecordingLogger(), state });
  let longest = 0;
  let last = performance.now();
  let isDone = false;
  const watch = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isDone) setImmediate(watch);
  };
  setImmediate(watch);
  const begin = performance.now();
  file.touch();
  await file.flush();
  const total = performance.now() - begin;
  isDone = true;
  const bytes = statSync(path).size;
  rmSync(folder, { recursive: true });
  return { longest, total, bytes };
}

await latencies();
const measured = await latencies();
await longestTurnOfWrite();
const written = await longestTurnOfWrite();

describe('notifications', () => {
  bench(
    `desk to request: p50 ${ms(quantile(measured, 0.5))}, p99 ${ms(quantile(measured, 0.99))}, ${ROUNDS} alerts`,
    () => undefined,
  );
  bench(`one notification of ${ALERTS} alerts: ${ms(flushMs)}; hearing of all again: ${ms(againMs)}`, () => undefined);
  bench(
    `state of ${ALERTS} alerts: ${(written.bytes / 1e6).toFixed(1)} MB in ${ms(written.total)}, longest turn ${ms(written.longest)}`,
    () => undefined,
  );
});
