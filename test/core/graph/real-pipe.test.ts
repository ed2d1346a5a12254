import * as mediasoup from 'mediasoup';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../core/clock.js';
import { Graph } from '../../../core/graph/graph.js';
import { graphOptions } from '../../../core/graph/options.js';
import { identifyByAppData } from '../../../core/identify.js';
import { createMediasoupSource } from '../../../core/mediasoup/source.js';
import type { EntityKey } from '../../../core/model/entity.js';
import type { MonitorEvent } from '../../../core/model/events.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { OPUS, WatchedSfu } from '../../support/watched-sfu.js';
import { eventually } from '../../support/until.js';

const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;

describe('the graph of two real workers joined by pipeToRouter', () => {
  let events: MonitorEvent[];
  let graph: Graph;
  let end: (() => void)[];

  beforeEach(() => {
    events = [];
    const logger = new RecordingLogger();
    graph = new Graph({
      runId: 'run-1',
      clock: systemClock,
      identify: identifyByAppData,
      logger,
      options: graphOptions.parse({}),
      publish: (event) => events.push(event),
    });
    const source = createMediasoupSource(mediasoup, {
      logger,
      clock: systemClock,
      options: { traces: false, fastDecode: false },
    });
    source.start(graph);
    end = [() => source.stop(), () => graph.stop()];
  });

  afterEach(() => {
    for (const stop of end.reverse()) stop();
  });

  it('has both ends of the pipe linked, and lets go of them when one worker dies', async () => {
    const workers = [await WatchedSfu.createWorker(), await WatchedSfu.createWorker()] as const;
    for (const worker of workers) end.push(() => worker.close());
    const here = await WatchedSfu.createRouter(workers[0]);
    const there = await WatchedSfu.createRouter(workers[1]);
    const transport = await here.createPlainTransport({ listenInfo: LISTEN, comedia: true });
    const producer = await transport.produce({ kind: 'audio', rtpParameters: OPUS });

    const { pipeConsumer, pipeProducer } = await here.pipeToRouter({ producerId: producer.id, router: there });

    const consumer = `${here.id}/${pipeConsumer!.id}` as EntityKey;
    const target = `${there.id}/${pipeProducer!.id}` as EntityKey;
    const snapshot = graph.snapshot();
    const [left, right] = snapshot.all('transport').filter(({ type }) => type === 'pipe');
    expect([left?.pipePeer, right?.pipePeer]).toEqual([right?.key, left?.key]);
    expect(snapshot.find('consumer', consumer)).toMatchObject({ pipeTarget: target });
    expect(snapshot.find('producer', target)).toMatchObject({ pipeOrigin: consumer, id: producer.id });

    process.kill(workers[1].pid, 'SIGKILL');

    const lost = { signal: 'SIGKILL', blastRadius: { routers: 1, transports: 1, producers: 1 } };
    await eventually(() => {
      expect(events.find(({ type }) => type === 'worker.died')).toMatchObject({ data: lost });
    });
    await eventually(() => expect(graph.snapshot().count('worker')).toBe(1));
    const kept = graph.snapshot().all('transport');
    expect(kept.map(({ pipePeer }) => pipePeer)).toEqual(kept.map(() => null));
    expect(graph.ignoredWrites).toBe(0);
  });
});
