import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as os from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../core/clock.js';
import type { HostSample } from '../../../core/host/host-reader.js';
import { HostSampler } from '../../../core/host/host-sampler.js';
import { hostOptions } from '../../../core/host/options.js';
import type { SystemReader, SystemReading } from '../../../core/host/system-reading.js';
import { UNKNOWN_CONTAINER, UNKNOWN_MEMORY, UNKNOWN_UDP } from '../../../core/host/system-reading.js';
import { ManualClock } from '../../support/manual-clock.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { countWorkerThreads } from '../../support/worker-threads.js';
import { eventually } from '../../support/until.js';

const NOTHING: SystemReading = {
  cpu: null,
  load: null,
  memory: UNKNOWN_MEMORY,
  container: UNKNOWN_CONTAINER,
  interfaces: [],
  udp: UNKNOWN_UDP,
  processes: [],
};

let sampler: HostSampler | undefined;
const logger = new RecordingLogger();

afterEach(async () => {
  await sampler?.stop();
  sampler = undefined;
  logger.lines.length = 0;
});

interface Setting {
  readonly clock?: Clock;
  readonly options?: Record<string, unknown>;
  readonly pids?: () => readonly number[];
  readonly reader?: SystemReader;
  readonly attended?: () => boolean;
}

function startSampler({ clock = systemClock, options = {}, pids = () => [], reader, attended }: Setting): HostSampler {
  sampler = new HostSampler({
    clock,
    logger,
    options: hostOptions.parse({ systemInformation: false, ...options }),
    workerPids: pids,
    ...(reader !== undefined && { reader }),
    ...(attended !== undefined && { attended }),
  });
  sampler.start();
  return sampler;
}

function sampleOf(host: HostSampler): Promise<HostSample> {
  return eventually(() => {
    if (host.latest === null) throw new Error('no sample yet');
    return host.latest;
  });
}

async function nextOf(host: HostSampler): Promise<HostSample> {
  const { value } = await host.subscribe().next();
  return value;
}

/** Keeps one core busy for so many ms of CPU time, and the garbage collector too. */
function spendCpu(ms: number): void {
  const before = process.cpuUsage();
  let garbage: unknown[] = [];
  for (let used = 0; used < ms * 1_000; ) {
    garbage = Array.from({ length: 10_000 }, () => ({ garbage: garbage.length }));
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
}

describe('on this machine', () => {
  it('agrees with what Node.js says of it', async () => {
    const clock = new ManualClock();
    const host = startSampler({ clock, options: { intervalMs: 1_000 } });
    const sample = await sampleOf(host);

    expect(sample.at).toBe(clock.now());
    expect(sample.memory.total).toBeCloseTo(os.totalmem(), -8);
    // What changes all the time agrees only if it did not change in between.
    await eventually(async () => {
      const arriving = nextOf(host);
      clock.advance(1_000);
      const { cpu, memory, process: node } = await arriving;
      expect(cpu.load1).toBeCloseTo(os.loadavg()[0] ?? Number.NaN, 1);
      expect(Math.abs((memory.available ?? 0) - os.freemem())).toBeLessThan(os.totalmem() / 4);
      expect(Math.abs(node.residentMemory - process.memoryUsage.rss())).toBeLessThan(500e6);
    });
    const external = Object.entries(os.networkInterfaces()).filter(
      ([, addresses]) => addresses?.[0]?.internal === false,
    );
    expect(sample.interfaces.map(({ name }) => name)).toEqual(expect.arrayContaining(external.map(([name]) => name)));
  });

  it('reads the host now and then while nobody asks, and in every interval as soon as somebody does', async () => {
    const clock = new ManualClock();
    let asked = false;
    let reads = 0;
    const reader: SystemReader = {
      read() {
        reads++;
        return Promise.resolve(NOTHING);
      },
    };
    const host = startSampler({ clock, options: { intervalMs: 1_000 }, reader, attended: () => asked });
    await sampleOf(host);

    await clock.advanceAsync(60_000);
    expect(reads).toBe(3);

    asked = true;
    await clock.advanceAsync(5_000);
    expect(reads).toBe(8);
  });

  it.runIf(process.platform === 'linux')('makes shares and rates from the second sample on', async () => {
    const clock = new ManualClock();
    const host = startSampler({ clock, options: { intervalMs: 1_000, interfaces: ['*'] } });
    const first = await sampleOf(host);
    spendCpu(60);

    const arriving = nextOf(host);
    clock.advance(1_000);
    const second = await arriving;

    expect(first.cpu).toMatchObject({ ratio: null, perCore: [] });
    expect(first.process.cpuRatio).toBeNull();
    expect(second.cpu.ratio).toBeGreaterThan(0);
    expect(second.cpu.ratio).toBeLessThanOrEqual(1);
    expect(second.cpu.perCore).toHaveLength(os.cpus().length);
    // The work above within one second of the manual clock.
    expect(second.process.cpuRatio).toBeGreaterThanOrEqual(0.06);
    expect(second.process.eventLoopUtilization).toBeGreaterThan(0);
    expect(second.process.eventLoopUtilization).toBeLessThanOrEqual(1);
    expect(second.interfaces.find(({ name }) => name === 'lo')?.recvBitrate).toBeGreaterThanOrEqual(0);
  });

  it.runIf(process.platform === 'linux')('follows the processes of the workers, and only while they live', async () => {
    const child = spawn(process.execPath, ['-e', 'console.log("running"); setInterval(() => {}, 1000)']);
    const pid = child.pid ?? Number.NaN;
    await once(child.stdout, 'data');
    const clock = new ManualClock();
    const host = startSampler({ clock, options: { intervalMs: 1_000 }, pids: () => [pid] });
    await sampleOf(host);

    expect(host.latest?.workers[0]?.threads).toBeGreaterThan(0);
    expect(host.residentMemory(pid)).toBeGreaterThan(1e6);
    expect(host.residentMemory(1)).toBeNaN();

    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
    const arriving = nextOf(host);
    clock.advance(1_000);
    expect((await arriving).workers).toEqual([{ pid, cpuRatio: null, residentMemory: null, threads: null }]);
    expect(host.residentMemory(pid)).toBeNaN();
  });

  it('sees the event loop blocked, and garbage collected', async () => {
    const clock = new ManualClock();
    const host = startSampler({ clock, options: { intervalMs: 1_000 } });
    await sampleOf(host);

    await eventually(async () => {
      spendCpu(150);
      const arriving = nextOf(host);
      clock.advance(1_000);
      const { process: node } = await arriving;

      expect(node.eventLoopDelayMax).toBeGreaterThan(100);
      expect(node.eventLoopDelayP50).toBeLessThanOrEqual(node.eventLoopDelayMax ?? 0);
      expect(node.gcCount).toBeGreaterThan(0);
      expect(node.gcSeconds).toBeGreaterThan(0);
    });
  });

  it('tells inventory and extras from systeminformation a while after the start', async () => {
    const host = startSampler({ options: { systemInformation: true, callTimeoutMs: 60_000 } });
    expect(host.inventory).toBeNull();

    // It runs a dozen programs, one after the other.
    await eventually(() => expect(host.extras).not.toBeNull(), { timeoutMs: 150_000 });

    expect(host.inventory).toMatchObject({ hostname: os.hostname(), arch: os.arch(), memoryTotal: os.totalmem() });
    expect(host.inventory?.logicalCores).toBe(os.cpus().length);
    expect(host.inventory?.interfaces.find(({ name }) => name === 'lo')?.addresses).toContain('127.0.0.1');
    expect(host.extras?.fileSystems.find(({ mount }) => mount === '/')?.size).toBeGreaterThan(0);
    expect(host.extras?.disks.readPerSecond).toBeNull();
  });

  it('tells what Node.js knows when systeminformation is off', async () => {
    const host = startSampler({});

    await eventually(() => expect(host.inventory).not.toBeNull());

    expect(host.inventory).toMatchObject({ hostname: os.hostname(), distro: null, physicalCores: null });
    expect(host.extras).toBeNull();
  });
});

describe('the interval', () => {
  it('is skipped and counted while the last reading has not ended', async () => {
    const clock = new ManualClock();
    let reads = 0;
    const host = startSampler({ clock, reader: { read: () => new Promise(() => reads++) } });

    await clock.advanceAsync(15_000);

    expect(reads).toBe(1);
    expect(host.skipped).toBe(3);
  });

  it('goes on after a reading that failed, which is logged once', async () => {
    const clock = new ManualClock();
    let broken = true;
    const reader = { read: () => (broken ? Promise.reject(new Error('broken')) : Promise.resolve(NOTHING)) };
    const host = startSampler({ clock, reader });

    await clock.advanceAsync(10_000);
    expect(host.latest).toBeNull();
    expect(logger.lines.map(({ message }) => message)).toEqual(['the host could not be read']);

    broken = false;
    await clock.advanceAsync(5_000);
    expect(host.latest?.cpu.ratio).toBeNull();
  });
});

describe('stopping', () => {
  it('leaves no timer, no thread and no subscriber', async () => {
    const clock = new ManualClock();
    const host = startSampler({ clock, options: { systemInformation: true } });
    await sampleOf(host);
    const reading = host.subscribe().next();
    await eventually(() => expect(countWorkerThreads()).toBe(1));

    await host.stop();
    await host.stop();

    expect((await reading).done).toBe(true);
    expect(clock.pending).toBe(0);
    expect(host.subscribers).toBe(0);
    expect(countWorkerThreads()).toBe(0);
  });

  it('before anything began leaves nothing either', async () => {
    const clock = new ManualClock();
    const host = startSampler({ clock, options: { systemInformation: true } });

    await host.stop();
    host.start();

    expect(clock.pending).toBe(0);
    expect(countWorkerThreads()).toBe(0);
    expect(host.inventory).toBeNull();
  });

  it('publishes nothing of a reading that ends after it', async () => {
    let finish: (reading: SystemReading) => void = () => {};
    const reader = {
      read: () =>
        new Promise<SystemReading>((resolve) => {
          finish = resolve;
        }),
    };
    const host = startSampler({ clock: new ManualClock(), reader });

    await host.stop();
    finish(NOTHING);
    await new Promise((resolve) => setImmediate(resolve));

    expect(host.latest).toBeNull();
  });
});
