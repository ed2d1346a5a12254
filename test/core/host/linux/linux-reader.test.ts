import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LinuxReader } from '../../../../core/host/linux/linux-reader.js';
import type { SystemReading } from '../../../../core/host/system-reading.js';

function read(machine: string, pids: readonly number[] = []): Promise<SystemReading> {
  const root = fileURLToPath(new URL(`../../../fixtures/host/${machine}`, import.meta.url));
  return new LinuxReader(root).read(pids);
}

describe('a bare machine', () => {
  it('tells CPU time of all cores and of each, guests not counted twice', async () => {
    const { cpu } = await read('bare');

    expect(cpu?.all).toEqual({ user: 10_200, system: 3_100, idle: 80_000, ioWait: 500, steal: 200 });
    expect([...(cpu?.cores.keys() ?? [])]).toEqual(['cpu0', 'cpu1']);
  });

  it('tells load, memory and swap in bytes', async () => {
    const { load, memory } = await read('bare');

    expect(load).toEqual([1.42, 0.97, 0.55]);
    expect(memory).toEqual({
      total: 16_384_000 * 1024,
      available: 8_192_000 * 1024,
      swapTotal: 2_048_000 * 1024,
      swapFree: 2_000_000 * 1024,
    });
  });

  it('tells the counters of every interface, also of one whose name touches its first number', async () => {
    const { interfaces } = await read('bare');

    expect(interfaces.map(({ name }) => name)).toEqual(['lo', 'eth0', 'eth1', 'vethab1']);
    expect(interfaces[1]).toEqual({
      name: 'eth0',
      bytesReceived: 218_323_551,
      packetsReceived: 6_632,
      errorsReceived: 3,
      droppedReceived: 4,
      bytesSent: 650_650,
      packetsSent: 4_018,
      errorsSent: 1,
      droppedSent: 2,
    });
    expect(interfaces[2]).toMatchObject({ bytesReceived: 1_000, bytesSent: 2_000 });
  });

  it('tells UDP errors, and not those of UDP-Lite', async () => {
    const { udp } = await read('bare');

    expect(udp).toEqual({
      inDatagrams: 70_001,
      outDatagrams: 80_002,
      noPorts: 12,
      inErrors: 9,
      receiveBufferErrors: 7,
      sendBufferErrors: 3,
    });
  });

  it('tells CPU, memory and threads of processes, whatever their name holds', async () => {
    const { processes } = await read('bare', [4711, 4712, 4713]);

    expect(processes).toEqual([
      { pid: 4711, startTime: 12_345, cpuSeconds: 2, residentMemory: 2_560 * 16_384, threads: 9 },
      { pid: 4712, startTime: 99_999, cpuSeconds: 0.15, residentMemory: 100 * 16_384, threads: 3 },
    ]);
  });

  it('has no limits, and the memory of its own control group', async () => {
    const { container } = await read('bare');

    expect(container).toEqual({
      cgroup: 'v2',
      cpuLimit: null,
      throttledSeconds: 0,
      throttledPeriods: 0,
      memoryLimit: null,
      memoryUsed: 300_000_000,
    });
  });
});

describe('a container', () => {
  it('tells its limits and throttling under version 2', async () => {
    const { container } = await read('container-v2');

    expect(container).toEqual({
      cgroup: 'v2',
      cpuLimit: 1.5,
      throttledSeconds: 12.5,
      throttledPeriods: 321,
      memoryLimit: 2_147_483_648,
      memoryUsed: 734_003_200,
    });
  });

  it('tells the tightest limit of its ancestors, with the usage and the throttling of that group', async () => {
    const { container } = await read('pod-v2');

    expect(container).toEqual({
      cgroup: 'v2',
      cpuLimit: 2,
      throttledSeconds: 0.7,
      throttledPeriods: 7,
      memoryLimit: 1_073_741_824,
      memoryUsed: 600_000_000,
    });
  });

  it('tells its limits under version 1 where only its own folder is mounted', async () => {
    const { container } = await read('container-v1');

    expect(container).toEqual({
      cgroup: 'v1',
      cpuLimit: 0.5,
      throttledSeconds: 2.5,
      throttledPeriods: 33,
      memoryLimit: 536_870_912,
      memoryUsed: 268_435_456,
    });
  });

  it('looks for each controller in the version it is in, and takes the greatest number for no limit', async () => {
    const { container } = await read('hybrid');

    expect(container).toEqual({
      cgroup: 'v2',
      cpuLimit: 3,
      throttledSeconds: 2,
      throttledPeriods: 2,
      memoryLimit: null,
      memoryUsed: 123_456,
    });
  });
});

describe('odd files', () => {
  it('leave unknown what they do not tell, and nothing else', async () => {
    const reading = await read('odd', [1, 2, 3]);

    expect(reading).toEqual({
      cpu: null,
      load: null,
      memory: { total: null, available: null, swapTotal: 0, swapFree: null },
      container: {
        cgroup: 'v2',
        cpuLimit: null,
        throttledSeconds: null,
        throttledPeriods: null,
        memoryLimit: null,
        memoryUsed: null,
      },
      interfaces: [expect.objectContaining({ name: 'ok0', bytesReceived: 1, bytesSent: 9 })],
      udp: {
        inDatagrams: 5,
        outDatagrams: null,
        noPorts: null,
        inErrors: null,
        receiveBufferErrors: null,
        sendBufferErrors: null,
      },
      processes: [],
    });
  });

  it('may all be missing', async () => {
    const reading = await read('no-such-machine', [1]);

    expect(reading.cpu).toBeNull();
    expect(reading.container.cgroup).toBeNull();
    expect(reading.interfaces).toEqual([]);
    expect(reading.processes).toEqual([]);
  });
});
