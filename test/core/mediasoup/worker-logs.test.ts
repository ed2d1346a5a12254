import type { EventEmitter } from 'node:events';
import * as mediasoup from 'mediasoup';
import { afterEach, describe, expect, it } from 'vitest';
import { tapLogs } from '../../../core/mediasoup/log-tap.js';
import { WorkerLogs } from '../../../core/mediasoup/worker-logs.js';
import { ManualClock } from '../../../core/testing/index.js';
import { FakeSfu } from '../../support/fake-sfu.js';
import { RecordingWriter } from '../../support/recording-writer.js';
import { until } from '../../support/until.js';
import { WatchedSfu } from '../../support/watched-sfu.js';

/** Makes mediasoup log an error of the worker: its listener threw. */
function provoke(worker: mediasoup.types.Worker, text: string): void {
  (worker as unknown as EventEmitter).emit('listenererror', text, new Error(text));
}

/** Listeners of an application that writes down what it hears. */
function application() {
  const heard: string[] = [];
  return {
    heard,
    listeners: {
      onwarn: (namespace: string, text: string) => void heard.push(`warn ${namespace} ${text}`),
      onerror: (namespace: string, text: string) => void heard.push(`error ${namespace} ${text}`),
    },
  };
}

const saying = (heard: readonly string[], text: string): number => heard.filter((line) => line.includes(text)).length;

describe('the logs of mediasoup', () => {
  const ended: (() => unknown)[] = [];

  afterEach(async () => {
    for (const end of ended.splice(0).reverse()) await end();
    mediasoup.setLogEventListeners();
  });

  async function watched(workerLogs: 'off' | 'error' | 'warn') {
    const sfu = new WatchedSfu({ workerLogs });
    ended.push(() => sfu.dispose());
    return { sfu, worker: await sfu.worker() };
  }

  it('become events, and the application hears them too, whether it listened before or after', async () => {
    const before = application();
    mediasoup.setLogEventListeners(before.listeners);
    const { sfu, worker } = await watched('error');
    provoke(worker, 'first');
    const after = application();
    mediasoup.setLogEventListeners(after.listeners);
    provoke(worker, 'second');

    const told = sfu.writer.told('worker.logged');
    expect(told.map(({ message }) => /first|second/.exec(message)?.[0])).toEqual(['first', 'second']);
    expect(told[0]).toMatchObject({ level: 'error', namespace: 'Worker', omitted: 0 });
    expect([saying(before.heard, 'first'), saying(before.heard, 'second')]).toEqual([1, 0]);
    expect([saying(after.heard, 'first'), saying(after.heard, 'second')]).toEqual([0, 1]);
  });

  it('are left alone when nobody asked for them, and again once the monitor has stopped', async () => {
    const app = application();
    mediasoup.setLogEventListeners(app.listeners);
    const quiet = await watched('off');
    const loud = await watched('error');
    loud.sfu.source.stop();
    provoke(loud.worker, 'late');

    expect(quiet.sfu.writer.told('worker.logged')).toEqual([]);
    expect(loud.sfu.writer.told('worker.logged')).toEqual([]);
    expect(saying(app.heard, 'late')).toBe(1);
    mediasoup.setLogEventListeners();
    provoke(loud.worker, 'unheard');
    expect(saying(app.heard, 'unheard')).toBe(0);
  });

  it('reach every monitor, and the others still when one leaves', async () => {
    const heard: string[] = [];
    const leave = ['a', 'b'].map((name) =>
      tapLogs(mediasoup.observer, (_l, _n, text) => heard.push(`${name} ${text}`)),
    );
    ended.push(...leave.map((end) => () => end?.()));
    const { worker } = await watched('off');
    provoke(worker, 'both');
    leave[0]?.();
    leave[0]?.();
    provoke(worker, 'one');

    expect([saying(heard, 'both'), saying(heard, 'one')]).toEqual([2, 1]);
    expect(heard.at(-1)).toMatch(/^b /);
  });

  it('are told of the worker they name', async () => {
    const { sfu, worker } = await watched('error');
    const [key] = sfu.writer.keys('worker');

    process.kill(worker.pid, 'SIGKILL');
    await until(() => expect(sfu.writer.types()).toContain('worker.died'), 30_000);

    const line = sfu.writer.events.find(({ type }) => type === 'worker.logged');
    expect(line).toMatchObject({ key, data: { message: expect.stringContaining(`[pid:${worker.pid}`) } });
  });

  it('cannot be had of a mediasoup that keeps them elsewhere; that is said', () => {
    expect(tapLogs(new FakeSfu().observer, () => undefined)).toBeNull();
  });
});

describe('the pace of lines', () => {
  async function lines() {
    const clock = new ManualClock();
    const writer = new RecordingWriter();
    const logs = new WorkerLogs({ writer, clock, level: 'error', perSecond: 1, workerOf: () => null });
    expect(logs.start(mediasoup.observer)).toBe(true);
    const worker = await WatchedSfu.createWorker();
    const end = (): void => {
      logs.stop();
      worker.close();
    };
    return { clock, writer, worker, end, told: () => writer.told('worker.logged') };
  }

  it('is bounded, and what is left out is counted', async () => {
    const { clock, worker, end, told } = await lines();
    try {
      for (let line = 0; line < 15; line++) provoke(worker, `line ${line}`);
      expect(told()).toHaveLength(10);
      clock.advance(1_000);
      provoke(worker, 'news');
      expect(told().map(({ omitted }) => omitted)).toEqual([...new Array<number>(10).fill(0), 5]);
    } finally {
      end();
    }
  });
});
