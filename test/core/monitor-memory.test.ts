import { describe, expect, it } from 'vitest';
import { createMonitor, ENTITY_KINDS } from '../../core/index.js';
import { FakeSfu } from '../support/fake-sfu.js';
import { ManualClock } from '../support/manual-clock.js';
import { liveBytes } from '../support/memory.js';
import { scripted, turns } from '../support/plugins.js';
import { RecordingLogger } from '../support/recording-logger.js';

/** Opens and closes about 500 entities in a room of its own, with traffic, samples and two ways to end. */
async function session(
  sfu: FakeSfu,
  clock: ManualClock,
  meterOf: (room: string, peer: string) => void,
  number: number,
) {
  const worker = sfu.createWorker();
  const server = worker.createWebRtcServer();
  const router = worker.createRouter({ appData: { roomId: `room-${number}` } });
  const observer = router.createRtpObserver('audiolevel');
  for (let n = 0; n < 60; n++) {
    const peer = `peer-${number}-${n}`;
    const transport = router.createTransport({ appData: { peerId: peer }, webRtcServer: server });
    transport.connect();
    const producer = transport.produce();
    observer.addProducer(producer);
    for (let c = 0; c < 4; c++) transport.consume(producer);
    transport.consumeData(transport.produceData());
    meterOf(`room-${number}`, peer);
  }
  await turns(2);
  clock.advance(5_000);
  await turns(6);
  if (number % 2 === 0) worker.close();
  else worker.die();
}

describe('a monitor whose SFU has closed everything', () => {
  it('holds nothing of 100,000 entities, whatever was sampled, accounted, followed and delivered of them', async () => {
    const sfu = new FakeSfu();
    const clock = new ManualClock();
    const monitor = createMonitor({
      mediasoup: sfu,
      clock,
      logger: new RecordingLogger(),
      host: { systemInformation: false },
      events: { historyBytes: 256 * 1024 },
      graph: { changeLog: 1_000 },
      traffic: { maxPeers: 100 },
      plugins: [scripted('everything', { onEvents: () => undefined, onSamples: () => undefined })],
    });
    await monitor.start();
    const stalled = monitor.graph.follow();
    void stalled.next();
    const meterOf = (room: string, peer: string): void => monitor.traffic({ room, peer }).add(100, 'in');
    // The rings are full after this, and from then on hold as much as they ever will.
    for (let number = 1; number <= 10; number++) await session(sfu, clock, meterOf, number);
    await turns(20);
    const before = liveBytes();

    for (let number = 11; number <= 210; number++) await session(sfu, clock, meterOf, number);
    await turns(20);

    const grown = liveBytes() - before;
    const snapshot = monitor.graph.snapshot();
    for (const kind of ENTITY_KINDS) expect(snapshot.count(kind)).toBe(0);
    expect(snapshot.rooms()).toEqual([]);
    const { events, plugins, lanes } = monitor.status();
    expect(events.published).toBeGreaterThan(200_000);
    expect(events.ringBytes).toBeLessThanOrEqual(events.ringCapacityBytes);
    expect(plugins[0]).toMatchObject({ eventsDelivered: events.published, eventsMissed: 0 });
    expect(lanes).toEqual([]);
    // Ten bytes for each entity that went: far less than the least that could be kept of one.
    expect(grown).toBeLessThan(1_000_000);
    await monitor.stop();
  }, 300_000);
});
