import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuShares } from '../../../core/host/cpu-shares.js';
import { ReadingHistory } from '../../../core/host/reading-history.js';
import {
  type CpuTimes,
  type SystemReading,
  UNKNOWN_CONTAINER,
  UNKNOWN_MEMORY,
  UNKNOWN_UDP,
} from '../../../core/host/system-reading.js';

const idle: CpuTimes = { user: 0, system: 0, idle: 0, ioWait: 0, steal: 0 };

function reading(changes: Partial<SystemReading> = {}): SystemReading {
  return {
    cpu: { all: idle, cores: new Map([['cpu0', idle]]) },
    load: null,
    memory: UNKNOWN_MEMORY,
    container: UNKNOWN_CONTAINER,
    interfaces: [],
    udp: UNKNOWN_UDP,
    processes: [],
    ...changes,
  };
}

function device(name: string, bytesReceived: number, bytesSent = 0): SystemReading['interfaces'][number] {
  return {
    name,
    bytesReceived,
    bytesSent,
    packetsReceived: 0,
    packetsSent: 0,
    errorsReceived: 0,
    errorsSent: 0,
    droppedReceived: 0,
    droppedSent: 0,
  };
}

describe('CPU shares', () => {
  it('are unknown at first, then those of the time between two readings', () => {
    const history = new ReadingHistory();
    const busy = { user: 30, system: 10, idle: 50, ioWait: 5, steal: 5 };

    const first = history.add(reading(), 0, []);
    const second = history.add(reading({ cpu: { all: busy, cores: new Map([['cpu0', busy]]) } }), 5_000, []);

    expect(first.cpu).toMatchObject({ ratio: null, userRatio: null, stealRatio: null, perCore: [] });
    expect(second.cpu).toMatchObject({
      ratio: 0.45,
      userRatio: 0.3,
      systemRatio: 0.1,
      ioWaitRatio: 0.05,
      stealRatio: 0.05,
      perCore: [0.45],
    });
  });

  it('are unknown when the counters began again', () => {
    expect(cpuShares({ ...idle, user: 100 }, { ...idle, user: 1, idle: 50 })).toBeNull();
  });

  it('bear that waiting for I/O falls, as the kernel warns', () => {
    const shares = cpuShares({ ...idle, ioWait: 10 }, { ...idle, ioWait: 8, user: 1, idle: 1 });

    expect(shares).toMatchObject({ busy: 0.5, ioWait: 0 });
  });

  it('are unknown, not 0, for what the platform does not count', () => {
    const portable = { ...idle, ioWait: null, steal: null };

    expect(cpuShares(portable, { ...portable, user: 1 })).toMatchObject({ busy: 1, ioWait: null, steal: null });
  });

  it('say nothing of single cores when one was added', () => {
    const history = new ReadingHistory();
    history.add(reading(), 0, []);
    const busy = { ...idle, user: 1 };

    const { cpu } = history.add(
      reading({
        cpu: {
          all: busy,
          cores: new Map([
            ['cpu0', busy],
            ['cpu1', busy],
          ]),
        },
      }),
      1,
      [],
    );

    expect(cpu).toMatchObject({ ratio: 1, perCore: [] });
  });

  it('are within 0 and 1 and add up, whatever the counters do', () => {
    const times = fc.record({ user: fc.nat(), system: fc.nat(), idle: fc.nat(), ioWait: fc.nat(), steal: fc.nat() });
    fc.assert(
      fc.property(times, times, (before, now) => {
        const shares = cpuShares(before, now);
        if (shares === null) return;
        for (const share of Object.values(shares)) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        expect(shares.user + shares.system + (shares.steal ?? 0)).toBeCloseTo(shares.busy);
      }),
    );
  });
});

describe('interfaces', () => {
  it('have bit rates from their second reading on, and none after a counter fell', () => {
    const history = new ReadingHistory();

    const rates = [device('eth0', 1_000, 500), device('eth0', 6_000, 500), device('eth0', 10, 600)].map(
      (counters, index) => history.add(reading({ interfaces: [counters] }), index * 4_000, []).interfaces[0],
    );

    expect(rates.map((entry) => entry?.recvBitrate)).toEqual([null, 10_000, null]);
    expect(rates.map((entry) => entry?.sendBitrate)).toEqual([null, 0, 200]);
  });

  it('have none when an interface of that name comes new', () => {
    const history = new ReadingHistory();
    history.add(reading({ interfaces: [device('eth0', 1)] }), 0, []);

    const { interfaces } = history.add(reading({ interfaces: [device('eth0', 2), device('wg0', 5)] }), 1_000, []);

    expect(interfaces.map((entry) => entry.recvBitrate)).toEqual([8, null]);
  });

  it.each([
    { allowed: undefined, reported: ['eth0', 'eth1', 'veth9'] },
    { allowed: ['lo', 'eth1'], reported: ['lo', 'eth1'] },
    { allowed: ['eth*'], reported: ['eth0', 'eth1'] },
    { allowed: [], reported: [] },
  ])('are all but lo, or those allowed: $allowed', ({ allowed, reported }) => {
    const devices = ['lo', 'eth0', 'eth1', 'veth9'].map((name) => device(name, 1));

    const { interfaces } = new ReadingHistory(allowed).add(reading({ interfaces: devices }), 0, []);

    expect(interfaces.map(({ name }) => name)).toEqual(reported);
  });

  it('are 64 at most', () => {
    const devices = Array.from({ length: 500 }, (_, index) => device(`veth${index}`, 1));

    const { interfaces } = new ReadingHistory().add(reading({ interfaces: devices }), 0, []);

    expect(interfaces).toHaveLength(64);
  });
});

describe('worker processes', () => {
  const worker = { pid: 7, startTime: 100, cpuSeconds: 10, residentMemory: 4_096, threads: 5 };

  it('have the share of a core they used, and are listed when nothing is known of them', () => {
    const history = new ReadingHistory();
    history.add(reading({ processes: [worker] }), 0, [7]);

    const { workers } = history.add(reading({ processes: [{ ...worker, cpuSeconds: 11 }] }), 4_000, [7, 8]);

    expect(workers).toEqual([
      { pid: 7, cpuRatio: 0.25, residentMemory: 4_096, threads: 5 },
      { pid: 8, cpuRatio: null, residentMemory: null, threads: null },
    ]);
  });

  it('are not taken for an earlier process of the same pid', () => {
    const history = new ReadingHistory();
    history.add(reading({ processes: [worker] }), 0, [7]);

    const { workers } = history.add(
      reading({ processes: [{ ...worker, startTime: 200, cpuSeconds: 12 }] }),
      1_000,
      [7],
    );

    expect(workers[0]?.cpuRatio).toBeNull();
  });
});
