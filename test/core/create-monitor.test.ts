import { describe, expect, it } from 'vitest';
import { createMonitor, type Logger, type Monitor } from '../../core/index.js';
import { FakeSfu } from '../support/fake-sfu.js';
import { FakeSource } from '../support/fake-source.js';
import { ManualClock } from '../support/manual-clock.js';
import { scripted, turns } from '../support/plugins.js';
import { RecordingLogger } from '../support/recording-logger.js';

/** A monitor made from what plain JavaScript may pass. */
function make(options: Record<string, unknown>): Monitor {
  const common = { mediasoup: new FakeSfu(), logger: new RecordingLogger(), host: { systemInformation: false } };
  return createMonitor({ ...common, ...options } as never);
}

describe('createMonitor', () => {
  it.each([
    ['identify', 'roomId', /identify: expected a function, found string/],
    ['logger', { info: () => undefined }, /logger: it has no debug\(\), warn\(\), error\(\), child\(\)/],
    ['clock', {}, /clock: it has no now\(\)/],
    ['source', 5, /source: it has no start\(\)/],
    ['workers', {}, /workers: expected a list/],
    ['container', null, /container: it has no createChildContainer\(\)/],
    ['samplin', {}, /samplin: unknown option; did you mean "sampling"\? /],
  ])('refuses a wrong %s by name', (name, value, message) => {
    expect(() => make({ [name]: value })).toThrow(message);
  });

  it.each([undefined, null, 'mediasoup'])('refuses %s in place of options', (options) => {
    expect(() => createMonitor(options as never)).toThrow(/expected an object as in createMonitor\({ mediasoup }\)/);
  });

  it.each([
    ['example', /plugins: expected a list, found "example"/],
    [[undefined], /plugins\[0\]: expected use\(plugin, options\), found nothing/],
    [[scripted('x', {}).definition], /plugins\[0\]: expected use\(plugin, options\), found the plugin itself/],
    [[scripted('x', {}, { plugin: undefined as never })], /plugins\.x: its definition's plugin: expected a class/],
    [[scripted('x', {}, { options: {} as never })], /plugins\.x: its definition's options: expected a zod schema/],
    [[scripted('x', {}, { onStartError: 'ignore' as never })], /onStartError: expected fail, retry or disable/],
    [
      [scripted('x', {}, { interest: { events: ['worker.dead' as never] } })],
      /interest\.events: there is no "worker\.dead"; did you mean "worker\.died"\?/,
    ],
    [[scripted('x', {}, { interest: { samples: ['producers' as never] } })], /did you mean "producer"\?/],
  ])('has a start refuse plugins that are none, saying which and why (%#)', async (plugins, message) => {
    const monitor = make({ plugins });
    await expect(monitor.start()).rejects.toThrow(message);
    expect(monitor.status().state).toBe('stopped');
  });

  it('makes a monitor that a logger which throws does not disturb', async () => {
    const fail = (): never => {
      throw new Error('the disk is full');
    };
    const logger: Logger = { debug: fail, info: fail, warn: fail, error: fail, child: fail };
    const sfu = new FakeSfu();
    const broken = scripted('broken', { onEvents: fail, stop: fail });
    const monitor = make({ mediasoup: sfu, logger, identify: fail, plugins: [broken] });

    await monitor.start();
    sfu.createWorker().createRouter({ appData: { roomId: 'blue' } });
    await turns();

    expect(monitor.graph.snapshot().count('router')).toBe(1);
    await monitor.stop();
  });

  it('makes a monitor that stops all else when its source cannot stop', async () => {
    const clock = new ManualClock();
    const logger = new RecordingLogger();
    const source = new FakeSource(clock, () => undefined);
    source.stop = () => {
      throw new Error('the source is stuck');
    };
    const monitor = make({ source, clock, logger });
    await monitor.start();

    await monitor.stop();

    expect(monitor.status().state).toBe('stopped');
    expect(clock.pending).toBe(0);
    expect(JSON.stringify(logger.lines)).toContain('the source is stuck');
  });

  it('makes a monitor that can be stopped before it ever started', async () => {
    const sfu = new FakeSfu();
    const monitor = make({ mediasoup: sfu });
    await monitor.stop();
    expect(monitor.status().state).toBe('stopped');
    expect(sfu.observer.listenerCount('newworker')).toBe(0);
  });
});
