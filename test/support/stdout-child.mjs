// Runs the built stdout plugin in a process of its own, so that its output is a real pipe. Told what to do, and tells, over IPC.
// @ts-check
const dist = new URL('../../dist/', import.meta.url);
const { parseOptions, systemClock } = await import(`${dist}core/index.js`);
const { RecordingLogger, sampleEvent, sampleRecords } = await import(`${dist}core/testing/index.js`);
const { stdoutOptions } = await import(`${dist}plugins/stdout/options.js`);
const { StdoutPlugin } = await import(`${dist}plugins/stdout/plugin.js`);

const options = parseOptions(stdoutOptions, JSON.parse(process.argv[2] ?? '{}'), 'plugins.stdout');
const logger = new RecordingLogger();
const listenersBefore = process.stdout.listenerCount('error');
const plugin = new StdoutPlugin(options, logger, systemClock, sampleRecords(), 'stdout');
let published = 0;

/** @type {Record<string, (argument: number) => unknown>} */
const commands = {
  publish(count) {
    const events = Array.from({ length: count }, () => sampleEvent('producer.stalled', { silentMs: published++ }));
    plugin.onEvents(events);
  },
  async flush(ms) {
    await plugin.flush(AbortSignal.timeout(ms)).catch(() => undefined);
  },
  async stop() {
    await plugin.stop();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  },
};

/** @type {(message: [string, number]) => Promise<void>} */
async function obey([command, argument]) {
  await commands[command]?.(argument);
  process.send?.({
    command,
    counters: plugin.counters(),
    health: plugin.health(),
    errors: logger.messages('error'),
    listeners: process.stdout.listenerCount('error') - listenersBefore,
  });
  if (command === 'stop') process.disconnect?.();
}

process.on('message', (/** @type {[string, number]} */ message) => void obey(message));

await plugin.start();
process.send?.({ command: 'start' });
