import { bench, describe } from 'vitest';
import type { EntityKey } from '../../core/index.js';
import { SAMPLE_FIELDS } from '../../core/index.js';
import { systemClock } from '../../core/clock.js';
import { sampleBatch } from '../../core/testing/index.js';
import { AlertsPlugin } from '../../plugins/alerts/plugin.js';
import { alertsOptions } from '../../plugins/alerts/options.js';
import { DEFAULT_RULES } from '../../plugins/alerts/rules/defaults.js';
import type { RuleInput } from '../../plugins/alerts/rules/rule.js';
import { AlertsKit } from '../support/alerts-kit.js';

const CONSUMERS = 10_000;
const RULES = 50;

const kit = new AlertsKit();
const { open } = kit;
const keys: EntityKey[] = [];
const worker = open.worker();
for (let r = 0; r < 20; r++) {
  const router = open.router(worker, `router-${r}`, { roomId: `room-${r}` });
  for (let t = 0; t < 25; t++) {
    const transport = open.transport(router, `t${t}`, { peerId: `peer-${t}` });
    const producer = open.producer(transport, `p${t}`);
    for (let c = 0; c < 20; c++) keys.push(open.consumer(transport, `c${t}-${c}`, producer, { score: 10 }));
  }
}
open.graph.reidentify();
const snapshot = open.graph.snapshot();
const entities = snapshot.all('consumer');
const batch = sampleBatch('consumer', { entities });
for (const [field, column] of Object.entries(batch.columns)) {
  column.forEach((_, row) => {
    column[row] = (row * 7919) % 1_000;
    if (row % 100 === 0) kit.stats.set(keys[row]!, { [field]: column[row]! });
  });
}

/** Rules of every sort over consumers, with the default ones 50. */
const fields = Object.keys(SAMPLE_FIELDS.consumer);
const own: RuleInput[] = Array.from({ length: RULES - DEFAULT_RULES.length }, (_, index) => {
  const field = fields[index % fields.length];
  const when = [
    `consumer.${field} > 2000`,
    `consumer.${field} > 998 && !consumer.paused && worker.cpuRatio > 0.8`,
    `consumer.${field} < 0 && consumer.mediaKind == "video"`,
    `!consumer.paused && (consumer.${field} > 2000 || consumer.jitter > 3000)`,
  ][index % 4]!;
  return { name: `Rule${index}`, scope: 'consumer', when };
});

async function made(rules: RuleInput[], defaults: boolean): Promise<AlertsPlugin> {
  const host = {
    latest: null,
    inventory: null,
    extras: null,
    subscribe: (signal?: AbortSignal) => kit.host.subscribe(signal),
  };
  const status = () => ({ plugins: [], draining: null, cpuShare: 0 }) as never;
  const fresh = new AlertsKit(open);
  const plugin = new AlertsPlugin(
    alertsOptions.parse({ rules, defaults }),
    open.logger,
    systemClock,
    open.graph,
    kit.stats,
    host,
    status,
    fresh.register,
    fresh.register,
    fresh.drain,
  );
  await plugin.start();
  await idle();
  return plugin;
}

async function idle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const plugin = await made(own, true);

describe(`${RULES} rules over ${CONSUMERS} consumers`, () => {
  bench('a tick of samples, judged to the end', async () => {
    plugin.onSamples(batch);
    for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
  });
});
