import assert from 'node:assert/strict';
import { onTestFinished } from 'vitest';
import { createScope } from '../../core/container.js';
import {
  type Clock,
  GRAPH,
  systemClock,
  type GraphReader,
  HOST,
  type HostReader,
  type HostSample,
  parseOptions,
  STATS,
  type StatsReader,
} from '../../core/index.js';
import { RecordingLogger, sampleRecords, SampleServices } from '../../core/testing/index.js';
import { influxOptions } from '../../plugins/influx/options.js';
import { InfluxPlugin } from '../../plugins/influx/plugin.js';
import { until } from './until.js';

const DEADLINE_MS = 60_000;

const HOST_SAMPLE: HostSample = {
  at: 1_700_000_000_000,
  cpu: {
    ratio: 0.25,
    userRatio: 0.2,
    systemRatio: 0.05,
    ioWaitRatio: null,
    stealRatio: 0,
    perCore: [0.3, 0.2],
    load1: 1.5,
    load5: 1,
    load15: 0.5,
  },
  memory: { total: 8_589_934_592, available: 4_294_967_296, swapTotal: null, swapFree: null },
  container: {
    cgroup: null,
    cpuLimit: null,
    throttledSeconds: null,
    throttledPeriods: null,
    memoryLimit: null,
    memoryUsed: null,
  },
  interfaces: [
    {
      name: 'eth 0',
      bytesReceived: 9_007_199_254_740_991,
      bytesSent: 2,
      packetsReceived: 3,
      packetsSent: 4,
      errorsReceived: 0,
      errorsSent: 0,
      droppedReceived: 0,
      droppedSent: 0,
      recvBitrate: 1_000.5,
      sendBitrate: null,
    },
  ],
  udp: { inDatagrams: 1, outDatagrams: 2, noPorts: 3, inErrors: 4, receiveBufferErrors: 5, sendBufferErrors: 6 },
  process: {
    cpuRatio: 0.1,
    residentMemory: 100_000_000,
    heapUsed: 50_000_000,
    heapTotal: 60_000_000,
    eventLoopUtilization: 0.05,
    eventLoopDelayP50: 0.1,
    eventLoopDelayP99: 1.25,
    eventLoopDelayMax: 3,
    gcSeconds: 0.5,
    gcCount: 7,
  },
  workers: [],
};

/** The plugin alone over the sample SFU, which takes its points when it is told to; stopped when the test has finished. */
export async function startInflux(url: string, options: object) {
  const scope = createScope();
  new SampleServices().register(scope);
  const graph = scope.resolve<GraphReader>(GRAPH as never);
  const stats = scope.resolve<StatsReader>(STATS as never);
  const host: HostReader = { ...scope.resolve<HostReader>(HOST as never), latest: HOST_SAMPLE };
  const ticks: (() => void)[] = [];
  const time = { now: 1_700_000_000_000 };
  const clock: Clock = {
    ...systemClock,
    now: () => time.now,
    setInterval: (callback) => {
      ticks.push(callback);
      return { cancel: () => ticks.splice(0) };
    },
  };
  const logger = new RecordingLogger();
  const quick = { maxAgeMs: 20, retry: { initialMs: 5, maxMs: 20 } };
  const parsed = parseOptions(influxOptions, { url, ...quick, ...options }, 'plugins.influx');
  const plugin = new InfluxPlugin(parsed, logger, clock, graph, stats, host, sampleRecords(), 'influx');
  onTestFinished(() => plugin.stop());
  await plugin.start(AbortSignal.timeout(30_000));
  const collect = (): void => {
    time.now += 10_000;
    for (const tick of ticks) tick();
  };
  /** Until nothing waits. */
  const settled = (): Promise<void> => until(() => assert.equal(plugin.counters().queueLength, 0), DEADLINE_MS);
  return { plugin, logger, collect, graph, stats, host, settled };
}
