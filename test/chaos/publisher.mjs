// A process that publishes numbered records through the AMQP plugin, as an SFU would, and tells on its standard output how far it came.
// It runs what is built in dist/, so that its memory and its event loop are those of the product. Its task, as JSON, is its argument.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

const TICK_MS = 10;
const FLUSH_MS = 600_000;

const dist = new URL('../../dist/', import.meta.url);
/** @type {typeof import('../../core/index.js')} */
const { consoleLogger, parseOptions, systemClock } = await import(new URL('core/index.js', dist).href);
/** @type {{ default: typeof import('../../plugins/amqp/plugin.js').default }} */
const { default: amqp } = await import(new URL('plugins/amqp/plugin.js', dist).href);

/** @type {import('./publisher-process.js').PublisherTask} */
const task = JSON.parse(process.argv[2] ?? '{}');
const { generation, records, perSecond, entities, plugin: options } = task;

/** @param {number} number @returns {import('../../core/index.js').SfuRecord} */
function recordOf(number) {
  const entity = `consumer-${number % entities}`;
  return {
    id: `${generation}-${number}`,
    schema: 1,
    node: 'chaos',
    runId: `${generation}`,
    seq: number,
    time: new Date().toISOString(),
    level: 'INFO',
    class: 'durable',
    type: 'consumer.scoreChanged',
    entity: { kind: 'consumer', id: entity, key: entity },
    ancestors: [],
    room: `room-${number % 10}`,
    peer: `peer-${number % 40}`,
    appData: { tenant: 'chaos' },
    message: `consumer ${entity} of peer-${number % 40} in room-${number % 10} changed its score`,
    data: { score: number % 11, producerScore: 10, producerScores: [10, 9, 8], filler: 'x'.repeat(100) },
  };
}

/** @param {unknown} line */
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
/** @type {import('../../core/index.js').RecordMaker} */
const maker = {
  node: 'chaos',
  ofEvent: (event) => /** @type {never} */ (event),
  ofSamples: () => null,
  ofGap: (gap) => /** @type {never} */ (gap),
};
const Plugin = /** @type {new (...parts: unknown[]) => import('../../core/index.js').MonitorPlugin} */ (amqp.plugin);
const plugin = new Plugin(
  parseOptions(amqp.options, options, 'amqp'),
  consoleLogger('silent'),
  systemClock,
  maker,
  'amqp',
);

const live = () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

await plugin.start?.(AbortSignal.timeout(10_000));
const bytesBefore = live();
const delay = monitorEventLoopDelay({ resolution: 1 });
createInterface({ input: process.stdin }).on('line', () => {
  delay.disable();
  tell({ heldBytes: live() - bytesBefore, counters: plugin.counters?.() });
  // The collection that the measurement forced is not the plugin's delay.
  setTimeout(() => delay.enable(), 50);
});

delay.enable();
const cpuBefore = process.cpuUsage();
const began = performance.now();
let pushed = 0;
await new Promise((resolve) => {
  const timer = setInterval(() => {
    const due = Math.min(records, Math.floor(((performance.now() - began) / 1_000) * perSecond));
    /** @type {import('../../core/index.js').MonitorEvent[]} */
    const events = [];
    for (; pushed < due; pushed++) events.push(/** @type {never} */ (recordOf(pushed)));
    if (events.length > 0) plugin.onEvents?.(events);
    const { delivered = 0, spoolRecords = 0 } = plugin.counters?.() ?? {};
    tell({ pushed, safe: delivered + spoolRecords, at: Date.now() });
    if (pushed < records) return;
    clearInterval(timer);
    resolve(undefined);
  }, TICK_MS);
});
await plugin.flush?.(AbortSignal.timeout(FLUSH_MS));
delay.disable();
const { user, system } = process.cpuUsage(cpuBefore);
const result = {
  counters: plugin.counters?.(),
  cpuMs: (user + system) / 1_000,
  delayP99Ms: delay.percentile(99) / 1e6,
  delayMaxMs: delay.max / 1e6,
};
await plugin.stop?.(AbortSignal.timeout(10_000));
tell(result);
process.stdin.destroy();
