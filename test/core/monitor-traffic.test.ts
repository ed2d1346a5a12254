import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMonitor, type Monitor } from '../../core/index.js';
import { FakeSfu } from '../support/fake-sfu.js';
import { ManualClock } from '../support/manual-clock.js';
import { scripted, turns } from '../support/plugins.js';
import { RecordingLogger } from '../support/recording-logger.js';

interface Report {
  readonly room: string | null;
  readonly peer: string | null;
  readonly bytes: number;
  readonly messages: number;
}

describe('traffic of a monitor', () => {
  const reports: Report[] = [];
  let sfu: FakeSfu;
  let clock: ManualClock;
  let monitor: Monitor;

  beforeEach(async () => {
    reports.length = 0;
    sfu = new FakeSfu();
    clock = new ManualClock();
    const recorder = scripted('recorder', {
      onEvents: (events) => {
        for (const event of events) {
          if (event.type !== 'peer.trafficReported') continue;
          const { room, peer, data } = event;
          reports.push({ room, peer, bytes: data.bytes, messages: data.messages });
        }
      },
    });
    const host = { systemInformation: false };
    monitor = createMonitor({ mediasoup: sfu, clock, logger: new RecordingLogger(), host, plugins: [recorder] });
    await monitor.start();
  });

  afterEach(() => monitor.stop());

  it('is told as events to plugins and in totals, of signalling that was counted before the peer was known', async () => {
    const meter = monitor.traffic();
    meter.add(100, 'in');
    clock.advance(5_000);
    await turns();
    expect(reports).toEqual([]);

    meter.identify({ room: 'blue', peer: 'ann' });
    clock.advance(5_000);
    await turns();

    expect(reports).toEqual([{ room: 'blue', peer: 'ann', bytes: 100, messages: 1 }]);
    expect(monitor.trafficTotals.peer('blue', 'ann')?.signalling).toMatchObject({ bytesIn: 100, messagesIn: 1 });
    expect(monitor.trafficTotals.room('blue').signalling).toMatchObject({ bytesIn: 100, messagesIn: 1 });
  });

  it('is told at once by a reset, and begins a new session', async () => {
    const meter = monitor.traffic({ room: 'blue', peer: 'ann' });
    meter.add(7, 'out');
    meter.reset();
    await turns();

    expect(reports).toEqual([{ room: 'blue', peer: 'ann', bytes: 7, messages: 1 }]);
    expect(meter.totals).toMatchObject({ bytesOut: 0, messagesOut: 0 });
    expect(monitor.trafficTotals.peer('blue', 'ann')?.signalling).toMatchObject({ bytesOut: 7 });
  });

  it('is told to plugins to the last byte by a stop, also what is nobody’s, and counted no more after it', async () => {
    const [known, unknown] = [monitor.traffic({ room: 'blue', peer: 'ann' }), monitor.traffic()];
    known.add(3, 'in');
    unknown.add(4, 'in');

    await monitor.stop();
    known.add(5, 'in');

    expect(reports).toEqual([
      { room: null, peer: null, bytes: 4, messages: 1 },
      { room: 'blue', peer: 'ann', bytes: 3, messages: 1 },
    ]);
    expect(monitor.trafficTotals.peer('blue', 'ann')?.signalling).toMatchObject({ bytesIn: 3 });
  });

  it('of data channels comes from their samples, though nobody asked for those', async () => {
    const router = sfu.createWorker().createRouter({ appData: { roomId: 'blue' } });
    const transport = router.createTransport({ appData: { peerId: 'ann' } });
    const producer = transport.produceData();
    producer.stats = { ...producer.stats, messagesReceived: 9, bytesReceived: 900 };
    await turns();

    for (let tick = 0; tick < 4; tick++) {
      clock.advance(5_000);
      await turns();
    }

    expect(monitor.trafficTotals.peer('blue', 'ann')?.data).toMatchObject({ bytesIn: 900, messagesIn: 9 });
    expect(reports).toEqual([{ room: 'blue', peer: 'ann', bytes: 900, messages: 9 }]);
  });
});
