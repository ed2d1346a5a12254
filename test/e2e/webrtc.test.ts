import * as mediasoup from 'mediasoup';
import { createWorker, type types } from 'mediasoup';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMonitor, type Monitor, type NodeOf } from '../../core/index.js';
import { MEDIA_CODECS } from '../../server/demo/demo-codecs.js';
import { launchChromium } from '../support/browser/chromium.js';
import { MediaClient } from '../support/browser/media-client.js';
import { eventually } from '../support/until.js';

describe('a browser over WebRTC', () => {
  let browser: Browser;
  let monitor: Monitor;
  let worker: types.Worker;
  let router: types.Router;
  let webRtcServer: types.WebRtcServer;

  beforeAll(async () => {
    monitor = createMonitor({ mediasoup, sampling: { intervalMs: 1_000 } });
    await monitor.start();
    monitor.stats.lease({ kinds: ['producer', 'consumer', 'dataProducer', 'dataConsumer'] });
    worker = await createWorker({ logLevel: 'error' });
    webRtcServer = await worker.createWebRtcServer({
      listenInfos: [
        { protocol: 'udp', ip: '127.0.0.1' },
        { protocol: 'tcp', ip: '127.0.0.1' },
      ],
    });
    router = await worker.createRouter({ mediaCodecs: MEDIA_CODECS, appData: { roomId: 'office' } });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    worker?.close();
    await monitor?.stop();
  });

  function transportNode(transport: types.WebRtcTransport): NodeOf<'transport'> | undefined {
    return monitor.graph
      .snapshot()
      .all('transport')
      .find(({ id }) => id === transport.id);
  }

  function eventTypes(id: string): string[] {
    return monitor.events
      .recent({ limit: 1_000 })
      .filter(({ entity }) => entity?.id === id)
      .map(({ type }) => type);
  }

  it.each(['udp', 'tcp'] as const)(
    'shows ICE, DTLS, SCTP, layers, data and the hang-up of a client over %s',
    async (protocol) => {
      const client = await MediaClient.open(browser, router);
      const uplink = await client.createTransport('send', webRtcServer, protocol, { peerId: `publisher-${protocol}` });
      const videoId = await client.produce(uplink, 'video', true);
      const audioId = await client.produce(uplink, 'audio');
      const chatId = await client.produceData(uplink, 'chat');
      const downlink = await client.createTransport('recv', webRtcServer, protocol, { peerId: `viewer-${protocol}` });
      const video = await client.consume(downlink, videoId);
      const chat = await client.consumeData(downlink, chatId);
      // What is sent before both associations are there, the worker drops.
      await eventually(() => expect([uplink.sctpState, downlink.sctpState]).toEqual(['connected', 'connected']));
      await client.sendData(chatId, 100, 10);

      await eventually(() => {
        const node = transportNode(uplink);
        expect(node).toMatchObject({
          type: 'webrtc',
          dtlsState: 'connected',
          sctpState: 'connected',
          room: 'office',
          peer: `publisher-${protocol}`,
          tuple: { protocol, localAddress: '127.0.0.1' },
        });
        expect(['connected', 'completed']).toContain(node?.iceState);
        expect(node?.iceConnectMs).toBeGreaterThan(0);
        expect(node?.dtlsConnectMs).toBeGreaterThanOrEqual(node?.iceConnectMs ?? Number.NaN);
        expect(node?.webRtcServer).toBe(webRtcServer.id);
      });
      await eventually(() => {
        const snapshot = monitor.graph.snapshot();
        const consumer = snapshot.all('consumer').find(({ id }) => id === video.id);
        const producer = snapshot.all('producer').find(({ id }) => id === videoId);
        expect(producer).toMatchObject({ type: 'simulcast', encodings: 3, mimeType: 'video/VP8' });
        expect(producer?.scores.some(({ score }) => score > 5)).toBe(true);
        expect(producer?.firstMediaMs).toBeGreaterThan(0);
        expect(consumer?.currentLayers?.spatialLayer).toBeGreaterThanOrEqual(0);
        expect(consumer?.score).toBeGreaterThan(5);
        expect(monitor.stats.value(consumer!, 'packetCount')).toBeGreaterThan(10);
        expect(monitor.stats.value(consumer!, 'roundTripTime')).toBeGreaterThan(0);
        const audio = snapshot.all('producer').find(({ id }) => id === audioId);
        expect(monitor.stats.value(audio!, 'packetCount')).toBeGreaterThan(50);
      });
      await eventually(() => {
        const snapshot = monitor.graph.snapshot();
        const producer = snapshot.all('dataProducer').find(({ id }) => id === chatId);
        const consumer = snapshot.all('dataConsumer').find(({ id }) => id === chat.id);
        expect(monitor.stats.value(producer!, 'messagesReceived')).toBe(10);
        expect(monitor.stats.value(producer!, 'bytesReceived')).toBe(1_000);
        expect(monitor.stats.value(consumer!, 'bytesSent')).toBe(1_000);
      });
      expect(eventTypes(uplink.id)).toEqual(
        expect.arrayContaining([
          'transport.created',
          'transport.tupleChanged',
          'transport.iceStateChanged',
          'transport.dtlsStateChanged',
          'transport.sctpStateChanged',
          'transport.connected',
        ]),
      );
      await eventually(() =>
        expect(eventTypes(video.id)).toEqual(
          expect.arrayContaining(['consumer.layersChanged', 'consumer.scoreChanged']),
        ),
      );

      await client.hangUp(uplink);
      await eventually(() => expect(transportNode(uplink)?.dtlsState).toBe('closed'));
      await client.close();
      uplink.close();
      downlink.close();
      expect(transportNode(uplink)).toBeUndefined();
    },
  );
});
