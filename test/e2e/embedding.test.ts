import type { EventEmitter } from 'node:events';
import * as mediasoup from 'mediasoup';
import { createWorker, type types } from 'mediasoup';
import { afterEach, describe, expect, it } from 'vitest';
import { createMonitor, type Monitor } from '../../core/index.js';
import { DemoSfu } from '../../server/demo/demo-sfu.js';
import { createServer } from '../../server/index.js';
import { eventually, until } from '../support/until.js';

/** Every emitter of an SFU that a monitor could listen on. */
function emittersOf(sfu: DemoSfu): EventEmitter[] {
  const peers = sfu.rooms.flatMap((room) => room.peers);
  const entities: { observer: EventEmitter }[] = [
    ...sfu.workers,
    ...peers.map(({ router }) => router),
    ...peers.flatMap(({ producers }) => producers),
    ...peers.flatMap(({ consumers }) => consumers),
    ...peers.flatMap(({ chat }) => (chat === undefined ? [] : [chat])),
  ];
  return [mediasoup.observer, ...entities.flatMap((entity) => [entity as unknown as EventEmitter, entity.observer])];
}

function listeners(sfu: DemoSfu): number {
  return emittersOf(sfu).reduce(
    (sum, emitter) => sum + emitter.eventNames().reduce((count, name) => count + emitter.listenerCount(name), 0),
    0,
  );
}

/** What is in `after` more often than in `before`; the test runner itself drops a timer now and then. */
function added(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  return after.filter((kind) => {
    const at = left.indexOf(kind);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

describe('a monitor in an application', () => {
  let sfu: DemoSfu | undefined;

  afterEach(async () => {
    await sfu?.stop();
    sfu = undefined;
  });

  it('leaves no listener on mediasoup and no timer, socket or thread in Node behind when it stops', async () => {
    const resources = (): string[] => process.getActiveResourcesInfo().sort();
    const exitListeners = process.listenerCount('exit') + process.listenerCount('uncaughtException');
    const before = resources();
    const monitor = createMonitor({ mediasoup });
    await monitor.start();
    const server = createServer(monitor, { port: 0 });
    await server.listen();
    sfu = await DemoSfu.start(mediasoup, { rooms: 1, peers: 2, workers: 2, lively: false });
    await eventually(() => expect(monitor.stats.totals({ scope: 'sfu' }).bytesReceived).toBeGreaterThan(0));
    const watched = listeners(sfu);

    await server.close();
    await monitor.stop();

    const alone = listeners(sfu);
    expect(alone).toBeLessThan(watched);
    const second = createMonitor({ mediasoup });
    await second.start();
    await second.stop();
    expect(listeners(sfu)).toBe(alone);
    await sfu.stop();
    await until(() => expect(added(before, resources())).toEqual([]));
    expect(process.listenerCount('exit') + process.listenerCount('uncaughtException')).toBe(exitListeners);
  });

  it('does nothing to the listeners and traces of the application, and survives those that throw', async () => {
    const monitor = createMonitor({ mediasoup });
    const heard: string[] = [];
    const thrower = (): void => {
      throw new Error('the application threw');
    };
    mediasoup.observer.on('newworker', () => heard.push('before'));
    await monitor.start();
    mediasoup.observer.on('newworker', () => heard.push('after'));
    const worker = await createWorker({ logLevel: 'error' });
    worker.observer.on('newrouter', thrower);
    worker.on('listenererror', () => undefined);

    const router = await worker.createRouter();
    const transport = await router.createDirectTransport();
    await transport.enableTraceEvent(['bwe']);

    expect(heard).toEqual(['before', 'after']);
    expect((await transport.dump()).traceEventTypes).toEqual(['bwe']);
    expect(
      monitor.graph
        .snapshot()
        .all('router')
        .map(({ id }) => id),
    ).toEqual([router.id]);
    worker.close();
    expect(monitor.graph.snapshot().size).toBe(0);
    await monitor.stop();
    mediasoup.observer.removeAllListeners('newworker');
  });

  it('runs beside another in the same process, each with its own run and its own options', async () => {
    const monitors: Monitor[] = [
      createMonitor({ mediasoup }),
      createMonitor({ mediasoup, identify: () => ({ room: 'everything' }) }),
    ];
    for (const monitor of monitors) await monitor.start();
    const worker: types.Worker = await createWorker({ logLevel: 'error' });
    await worker.createRouter({ appData: { roomId: 'blue' } });

    await eventually(() => {
      const rooms = monitors.map(({ graph }) =>
        graph
          .snapshot()
          .all('router')
          .map(({ room }) => room),
      );
      expect(rooms).toEqual([['blue'], ['everything']]);
    });
    expect(monitors[0]?.runId).not.toBe(monitors[1]?.runId);
    await monitors[0]?.stop();
    worker.close();
    expect(monitors[0]?.graph.snapshot().size).toBe(2);
    expect(monitors[1]?.graph.snapshot().size).toBe(0);
    await monitors[1]?.stop();
  });

  it('starts once and stops once; a second start says so', async () => {
    const monitor = createMonitor({ mediasoup });
    await monitor.start();
    await expect(monitor.start()).rejects.toMatchObject({ code: 'SFUSCOPE_STATE' });
    await Promise.all([monitor.stop(), monitor.stop()]);
    expect(monitor.status().state).toBe('stopped');
    await expect(monitor.start()).rejects.toMatchObject({ code: 'SFUSCOPE_STATE' });
  });

  it('refuses what is no mediasoup, and options that do not exist, by name', () => {
    expect(() => createMonitor({ mediasoup: {} })).toThrow(/SFUSCOPE_SOURCE_INVALID|observer|mediasoup/);
    expect(() => createMonitor({})).toThrow('createMonitor({ mediasoup })');
    expect(() => createMonitor({ mediasoup, sampling: { intervalMS: 1 } } as never)).toThrow(
      /sampling\.intervalMS.*intervalMs/s,
    );
  });

  it('sees workers that are older than itself when it is given them, and says what it cannot see', async () => {
    const worker = await createWorker({ logLevel: 'error' });
    const router = await worker.createRouter();
    await router.createDirectTransport();
    const monitor = createMonitor({ mediasoup, workers: [worker] });

    await monitor.start();

    expect(monitor.graph.snapshot().all('worker')).toMatchObject([{ pid: worker.pid, foundLate: true }]);
    expect(monitor.graph.snapshot().all('router')).toMatchObject([{ id: router.id, foundLate: true }]);
    expect(monitor.status().source.blindSpots.join(' ')).toMatch(/transport/);
    worker.close();
    expect(monitor.graph.snapshot().size).toBe(0);
    await monitor.stop();
  });
});
