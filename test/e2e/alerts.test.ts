import type { types } from 'mediasoup';
import * as mediasoup from 'mediasoup';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMonitor, type Monitor, use } from '../../core/index.js';
import alerts from '../../plugins/alerts/plugin.js';
import type { RuleInput } from '../../plugins/alerts/rules/rule.js';
import { opusPayload } from '../../server/demo/rtp/payload.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { RtpStream, UdpPeer } from '../support/rtp.js';
import { OPUS, OPUS_PT, WatchedSfu } from '../support/watched-sfu.js';

const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;
const APP_DATA = { roomId: 'blue', peerId: 'ann' };

const LOSS: RuleInput = {
  name: 'UplinkLoss',
  scope: 'producer',
  when: 'producer.lossRatio > 0.05',
  keepFiringFor: '2s',
  annotations: { summary: '{{labels.peer}} loses {{value}}.' },
};

/** It fired, and it ended. */
const ONCE = ['alert.fired', 'alert.resolved'];

const eventually = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: 60_000, interval: 20 });

/** The plugin with its default rules over a real mediasoup, with real RTP. */
describe('alerts of a real SFU', () => {
  let monitor: Monitor;
  let worker: types.Worker;
  let producer: types.Producer;
  let peer: UdpPeer;
  let sending: NodeJS.Timeout | undefined;
  /** Of every so many packets one is lost on the way; 0 loses none. */
  let loseEvery: number;

  beforeEach(async () => {
    loseEvery = 0;
    monitor = createMonitor({
      mediasoup,
      logger: new RecordingLogger(),
      sampling: { intervalMs: 1_000, cpuShare: 1 },
      liveness: { stalledAfterMs: { audio: 2_000, video: 2_000 } },
      // A machine under load is not the fault that is looked for.
      plugins: [
        use(alerts, {
          rules: [LOSS],
          disabled: ['EventLoopDelayHigh', 'WorkerCpuHigh', 'WorkerStressed', 'MonitorOverrun'],
        }),
      ],
    });
    await monitor.start();
    worker = await WatchedSfu.createWorker();
    const router = await WatchedSfu.createRouter(worker);
    const transport = await router.createPlainTransport({ listenInfo: LISTEN, comedia: true, appData: APP_DATA });
    peer = (await UdpPeer.open()).target(transport.tuple.localPort);
    producer = await transport.produce({ kind: 'audio', rtpParameters: OPUS, appData: APP_DATA });
    const stream = new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });
    sending = setInterval(() => {
      const packet = stream.next(opusPayload(60));
      if (loseEvery === 0 || stream.packets % loseEvery !== 0) peer.send(packet).catch(() => undefined);
    }, 20);
    await eventually(() => expect(monitor.stats.value(node(), 'packetCount')).toBeGreaterThan(20));
  }, 90_000);

  afterEach(async () => {
    clearInterval(sending);
    if (worker.pid !== undefined && !worker.died) process.kill(worker.pid, 'SIGCONT');
    worker.close();
    peer.close();
    await monitor.stop();
  });

  const node = () => monitor.graph.snapshot().all('producer')[0]!;

  /** What was told of the alerts of one rule so far, in order. Under load a worker may seem to hang: that is another rule's. */
  function news(rule: string): string[] {
    const told = monitor.events.recent({ types: ['alert.fired', 'alert.resolved'], limit: 1_000 });
    return told.filter(({ data }) => 'rule' in data && data.rule === rule).map(({ type }) => type);
  }

  const alert = (name: string) => {
    const found = monitor.alerts.active().find((one) => one.name === name);
    expect(found, name).toBeDefined();
    return found!;
  };

  it('tells once of a producer that stops sending, whose it is, and when it sends again', async () => {
    clearInterval(sending);
    const stalled = await eventually(() => alert('ProducerStalled'));
    expect(stalled).toMatchObject({
      labels: { room: 'blue', peer: 'ann', worker: 'w1' },
      entity: { kind: 'producer', id: producer.id },
      examples: [{ entity: { id: producer.id }, values: { 'producer.stalled': true } }],
      verdict: { side: 'publisher' },
    });

    const stream = new RtpStream({ ssrc: 11_111, payloadType: OPUS_PT, ticksPerPacket: 960 });
    sending = setInterval(() => void peer.send(stream.next(opusPayload(60))).catch(() => undefined), 20);
    await eventually(() => expect(news('ProducerStalled')).toEqual(ONCE));
  }, 150_000);

  it('tells once of packets that are lost on the way in', async () => {
    loseEvery = 6;
    const lossy = await eventually(() => alert('UplinkLoss'));
    expect(lossy.value).toBeGreaterThan(0.05);
    expect(lossy.annotations.summary).toMatch(/^ann loses [\d.]+ %\.$/);

    loseEvery = 0;
    await eventually(() => expect(news('UplinkLoss')).toEqual(ONCE));
  }, 150_000);

  it('tells once of a worker that is stopped, and of its recovery', async () => {
    process.kill(worker.pid!, 'SIGSTOP');
    const hung = await eventually(() => alert('WorkerHung'));
    expect(hung).toMatchObject({ severity: 'critical', labels: { worker: 'w1' }, verdict: { side: 'sfu' } });

    process.kill(worker.pid!, 'SIGCONT');
    await eventually(() => expect(news('WorkerHung')).toEqual(ONCE));
  }, 150_000);

  it('tells once of a worker that is killed, with its signal', async () => {
    process.kill(worker.pid!, 'SIGKILL');
    const died = await eventually(() => alert('WorkerDied'));

    expect(died).toMatchObject({
      severity: 'critical',
      labels: { worker: 'w1' },
      entity: { kind: 'worker' },
      verdict: { side: 'sfu' },
    });
    expect(died.annotations.summary).toMatch(/^Worker w1 died \(SIGKILL\) with 1 routers/);
    expect(news('WorkerDied')).toEqual(['alert.fired']);
  }, 150_000);
});
