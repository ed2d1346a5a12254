import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMonitor, type Monitor, type PluginUse } from '../../core/index.js';
import type { MonitorPlugin } from '../../core/plugin.js';
import { FakeSfu } from '../support/fake-sfu.js';
import { ManualClock } from '../support/manual-clock.js';
import { never, scripted, turns } from '../support/plugins.js';
import { RecordingLogger } from '../support/recording-logger.js';

function boom(): never {
  throw new Error('the plugin threw');
}

function rejecting(): Promise<never> {
  return Promise.reject(new Error('the plugin rejected'));
}

/** A plugin that behaves, and what it got. */
function witness(): { readonly use: PluginUse; readonly types: string[]; readonly kinds: Set<string> } {
  const types: string[] = [];
  const kinds = new Set<string>();
  const use = scripted('witness', {
    onEvents: (events) => void types.push(...events.map(({ type }) => type)),
    onSamples: (batch) => void kinds.add(batch.kind),
  });
  return { use, types, kinds };
}

describe('a monitor with a plugin that misbehaves', () => {
  const unhandled = vi.fn();
  let sfu: FakeSfu;
  let clock: ManualClock;
  let monitor: Monitor | undefined;

  beforeEach(() => {
    sfu = new FakeSfu();
    clock = new ManualClock();
    monitor = undefined;
    unhandled.mockClear();
    process.on('unhandledRejection', unhandled);
  });

  afterEach(async () => {
    await monitor?.stop();
    process.off('unhandledRejection', unhandled);
  });

  function watch(plugins: readonly PluginUse[]): Monitor {
    const options = { mediasoup: sfu, clock, logger: new RecordingLogger(), host: { systemInformation: false } };
    monitor = createMonitor({ ...options, plugins });
    return monitor;
  }

  /** A little of everything that plugins are told of. */
  async function happen(): Promise<void> {
    const router = sfu.createWorker().createRouter();
    const transport = router.createTransport();
    transport.connect();
    transport.consume(transport.produce());
    await turns();
    for (let tick = 0; tick < 3; tick++) {
      clock.advance(5_000);
      await turns();
    }
  }

  const broken: readonly (readonly [string, MonitorPlugin])[] = [
    [
      'throws in every hook',
      { onEvents: boom, onSamples: boom, flush: boom, stop: boom, health: boom, counters: boom },
    ],
    [
      'rejects in every hook',
      {
        onEvents: rejecting as never,
        onSamples: rejecting as never,
        flush: rejecting,
        stop: rejecting,
        health: rejecting as never,
        counters: rejecting as never,
      },
    ],
    ['never returns from any hook', { onEvents: never as never, onSamples: never as never, health: never as never }],
  ];

  it.each(broken)('that %s gives the others and the SFU what is theirs', async (_, hooks) => {
    const { use, types, kinds } = witness();
    const watching = watch([scripted('broken', hooks), use]);
    await watching.start();
    await happen();

    expect(types[0]).toBe('monitor.started');
    expect(types).toContain('consumer.created');
    expect([...kinds]).toEqual(expect.arrayContaining(['worker', 'transport', 'producer', 'consumer']));
    const plugin = watching.status().plugins.find(({ name }) => name === 'broken')!;
    expect(['ok', 'degraded', 'failing']).toContain(plugin.health.status);
    for (const value of Object.values(plugin.counters ?? {})) expect(value).toBeTypeOf('number');
    expect(JSON.parse(JSON.stringify(watching.status()))).toMatchObject({ state: 'running' });

    await watching.stop();
    await turns();
    expect(types.at(-1)).toBe('monitor.stopped');
    expect(unhandled).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });

  it('whose start fails leaves nothing behind: no listener, no timer, no plugin that runs', async () => {
    const stopped: string[] = [];
    const first = scripted('first', { stop: () => void stopped.push('first') });
    const watching = watch([first, scripted('second', { start: boom })]);

    await expect(watching.start()).rejects.toMatchObject({ code: 'SFUSCOPE_PLUGIN_START', plugin: 'second' });

    expect(stopped).toEqual(['first']);
    expect(watching.status().state).toBe('stopped');
    expect(sfu.observer.listenerCount('newworker')).toBe(0);
    expect(clock.pending).toBe(0);
    await turns();
    expect(unhandled).not.toHaveBeenCalled();
  });

  it.each([
    ['never returns', { start: never }],
    ['throws in its constructor', null],
  ])('that %s is named when it must start, and left out when it need not', async (_, hooks) => {
    class Thrower {
      constructor() {
        boom();
      }
    }
    const broken = (onStartError: 'fail' | 'disable'): PluginUse =>
      scripted('broken', hooks ?? {}, { onStartError, ...(hooks === null && { plugin: Thrower }) });
    const start = async (uses: readonly PluginUse[]): Promise<void> => {
      const starting = watch(uses).start();
      starting.catch(() => undefined);
      await turns();
      await clock.advanceAsync(60_000);
      await starting;
    };

    await expect(start([broken('fail')])).rejects.toThrow("Plugin 'broken'");
    expect(clock.pending).toBe(0);
    const { use, types } = witness();
    await start([broken('disable'), use]);
    sfu.createWorker();
    await turns();

    expect(types).toContain('worker.created');
    expect(monitor?.status().plugins).toMatchObject([
      { name: 'broken', state: 'failed', health: { status: 'failing' } },
      { name: 'witness', state: 'running' },
    ]);
  });

  it('ends a start that is under way when it is stopped, and leaves nothing behind', async () => {
    const stopped: string[] = [];
    const watching = watch([
      scripted('first', { stop: () => void stopped.push('first') }),
      scripted('slow', {
        start: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        stop: () => void stopped.push('slow'),
      }),
    ]);
    const starting = watching.start();
    starting.catch(() => undefined);
    await turns();

    await watching.stop();

    await expect(starting).rejects.toMatchObject({ name: 'MonitorError', plugin: 'slow' });
    expect(stopped.toSorted()).toEqual(['first', 'slow']);
    expect(watching.status().state).toBe('stopped');
    expect(sfu.observer.listenerCount('newworker')).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
