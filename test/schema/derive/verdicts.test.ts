import { beforeEach, describe, expect, it } from 'vitest';
import type { ConsumerNode, EntityKey, NodeOf, PeerEntry, RoomEntry } from '../../../core/index.js';
import { blastRadius } from '../../../schema/derive/blast-radius.js';
import { diagnosePeer } from '../../../schema/derive/peer-diagnosis.js';
import { producerVerdict } from '../../../schema/derive/producer-verdict.js';
import { roomQuality } from '../../../schema/derive/room-quality.js';
import { viewerLayers } from '../../../schema/derive/viewer-layers.js';
import { isConsumed, originOf, viewersOf } from '../../../schema/derive/viewers.js';
import { workerLoad } from '../../../schema/derive/worker-load.js';
import { tuple, turn } from '../../support/graph-kit.js';
import { RoomScene } from '../../support/room-scene.js';
import { SchemaKit } from '../../support/schema-kit.js';

let schema: SchemaKit;
let scene: RoomScene;

beforeEach(async () => {
  schema = new SchemaKit();
  scene = await RoomScene.open(schema, 'blue', ['ann', 'bob', 'cyd', 'dan']);
});

function snapshot() {
  return schema.kit.graph.snapshot();
}

describe('the verdict on a producer', () => {
  function verdict(peer = 'ann') {
    const node = snapshot().find('producer', scene.peer(peer).video) as NodeOf<'producer'>;
    return producerVerdict(snapshot(), schema.stats, node);
  }

  it('is healthy when all is well', () => {
    expect(verdict()).toMatchObject({ verdict: 'healthy', reasons: [], viewers: 3, suffering: [] });
  });

  it('blames the publisher when what comes in is bad, even if viewers suffer too', () => {
    schema.change('producer', scene.peer('ann').video, { score: 3 });
    schema.change('consumer', scene.consumer('bob', 'ann'), { score: 3 });

    expect(verdict()).toMatchObject({ verdict: 'publisher', reasons: ['The score of what comes in is 3 of 10.'] });
  });

  it('blames the publisher when nothing comes in, or packets are lost on the way in', () => {
    schema.stats.set(scene.peer('bob').video, { lossRatio: 0.2 });
    schema.change('producer', scene.peer('ann').video, { stalledSince: 1 });

    expect(verdict('ann').verdict).toBe('publisher');
    expect(verdict('bob')).toMatchObject({ verdict: 'publisher', reasons: [expect.stringContaining('20 %')] });
  });

  it('blames one viewer when only that one suffers', () => {
    schema.stats.set(scene.consumer('bob', 'ann'), { lossRatio: 0.1 });

    const { verdict: blame, suffering } = verdict();

    expect(blame).toBe('subscriber');
    expect(suffering.map(({ peer }) => peer)).toEqual(['bob']);
  });

  it('blames the SFU when its worker is busy and viewers suffer', () => {
    schema.stats.set(scene.worker, { cpuRatio: 0.97 });
    schema.change('consumer', scene.consumer('bob', 'ann'), { starvedSince: 1 });

    expect(verdict()).toMatchObject({ verdict: 'sfu', workerCpuRatio: 0.97 });
  });

  it('blames the SFU when most viewers suffer at once, and when its worker hangs', () => {
    for (const viewer of ['bob', 'cyd']) schema.change('consumer', scene.consumer(viewer, 'ann'), { score: 2 });
    expect(verdict().verdict).toBe('sfu');

    schema.change('worker', scene.worker, { hungSince: 1 });
    expect(verdict('bob')).toMatchObject({ verdict: 'sfu', reasons: ['Its worker has stopped answering.'] });
  });

  it('does not judge what is paused or has no numbers yet', () => {
    schema.change('producer', scene.peer('ann').video, { paused: true });
    schema.change('producer', scene.peer('bob').video, { score: null });

    expect(verdict('ann').verdict).toBe('unknown');
    expect(verdict('bob').verdict).toBe('unknown');
  });

  it('leaves paused viewers and pipes out', () => {
    schema.change('consumer', scene.consumer('bob', 'ann'), { paused: true, score: 1 });
    schema.change('consumer', scene.consumer('cyd', 'ann'), { type: 'pipe', score: null, starvedSince: 1 });

    expect(verdict()).toMatchObject({ verdict: 'healthy', viewers: 1 });
  });
});

describe('the diagnosis of a peer', () => {
  function diagnose(peer = 'ann') {
    return diagnosePeer(snapshot(), schema.stats, snapshot().peer('blue', peer) as PeerEntry, 'video');
  }
  const causes = (peer?: string) => diagnose(peer).findings.map(({ cause, side }) => `${cause} ${side}`);

  it('finds nothing when all is well', () => {
    expect(diagnose()).toEqual({ summary: 'Nothing keeps the video of this peer from flowing.', findings: [] });
  });

  it('names the transport first, as it explains the rest', () => {
    const { send, recv, video } = scene.peer('ann');
    schema.change('producer', video, { stalledSince: 5 });
    schema.change('transport', send, { iceState: 'disconnected' });
    schema.change('transport', recv, { dtlsState: 'failed' });

    expect(causes()).toEqual(['iceFailed publishing', 'dtlsFailed receiving', 'producerStalled publishing']);
    expect(diagnose().summary).toBe('Transport ann-send lost its path: ICE is disconnected.');
  });

  it('tells a transport that is still connecting from one that never did', () => {
    const { send, recv } = scene.peer('ann');
    schema.change('transport', send, { iceState: 'new', dtlsState: 'new', neverConnectedSince: 7 });
    schema.change('transport', recv, { dtlsState: 'connecting' });

    expect(diagnose().findings).toMatchObject([
      {
        cause: 'transportNotConnected',
        severity: 'error',
        since: 7,
        explanation: expect.stringContaining('ICE is new'),
      },
      {
        cause: 'transportNotConnected',
        severity: 'warning',
        explanation: expect.stringContaining('DTLS is connecting'),
      },
    ]);
  });

  it('tells that nobody gets its video, and whose picture is black', () => {
    const consumer = scene.consumer('bob', 'ann');
    schema.change('consumer', consumer, { currentLayers: null, starvedSince: 9 });
    schema.stats.set(scene.peer('bob').recv, { availableOutgoingBitrate: 80_000 });

    expect(diagnose('ann').findings).toMatchObject([{ cause: 'viewersStarved', severity: 'error', since: 9 }]);
    expect(diagnose('bob').findings).toMatchObject([{ cause: 'noLayers', side: 'receiving' }]);
    expect(diagnose('bob').summary).toContain('estimated at 80 kbit/s');
  });

  it('tells what somebody wants so from what is broken', () => {
    schema.change('producer', scene.peer('ann').video, { paused: true });
    for (const viewer of ['bob', 'cyd', 'dan'])
      schema.change('consumer', scene.consumer(viewer, 'ann'), { producerPaused: true });
    schema.change('consumer', scene.consumer('bob', 'cyd'), { paused: true });

    expect(diagnose('ann').findings).toMatchObject([{ cause: 'producerPaused', severity: 'info' }]);
    expect(causes('bob')).toEqual(['sourcePaused receiving', 'consumerPaused receiving']);
  });

  it('blames the publisher, not the viewers, when nothing of a producer arrives', () => {
    schema.change('producer', scene.peer('ann').video, { score: 0 });
    for (const viewer of ['bob', 'cyd', 'dan']) {
      schema.change('consumer', scene.consumer(viewer, 'ann'), { currentLayers: null });
    }

    expect(causes('ann')).toEqual(['producerStalled publishing']);
    expect(causes('bob')).toEqual(['sourceStalled receiving']);
  });

  it('finds a source that sends nothing, a low layer for want of bandwidth, and loss', () => {
    schema.change('producer', scene.peer('ann').video, { stalledSince: 3 });
    const limited = scene.consumer('bob', 'cyd');
    schema.change('consumer', limited, { currentLayers: { spatialLayer: 0, temporalLayer: 1 } });
    schema.stats.set(scene.peer('bob').recv, { availableOutgoingBitrate: 200_000 });
    schema.stats.set(scene.consumer('bob', 'dan'), { lossRatio: 0.25 });

    expect(causes('bob')).toEqual(['sourceStalled receiving', 'bandwidthLimited receiving', 'consumerPoor receiving']);
  });

  it('finds a peer that publishes nothing, has nobody who watches, or lives in a worker that hangs', () => {
    const { kit } = schema;
    kit.graph.close(scene.peer('ann').video, 'api');
    for (const viewer of ['ann', 'cyd', 'dan']) kit.graph.close(scene.consumer(viewer, 'bob'), 'api');
    schema.change('producer', scene.peer('bob').video, { score: 5 });

    expect(causes('ann')).toEqual(['noProducer publishing']);
    expect(causes('bob')).toEqual(['producerPoor publishing', 'nobodyConsumes publishing']);
    schema.change('worker', scene.worker, { hungSince: 1 });
    expect(causes('bob')[0]).toBe('workerHung both');
  });
});

describe('the quality of a room', () => {
  function quality() {
    return roomQuality(snapshot(), schema.stats, snapshot().room('blue') as RoomEntry);
  }

  it('is good when everything flows well', () => {
    expect(quality()).toMatchObject({
      verdict: 'good',
      reasons: [],
      participants: 4,
      publishers: 4,
      producers: 8,
      consumers: 24,
      worstScore: 10,
      meanScore: 10,
      worstLoss: null,
    });
    expect(quality().scoreCounts[10]).toBe(32);
  });

  it('is fair when somebody has a poor score', () => {
    schema.change('consumer', scene.consumer('bob', 'ann'), { score: 6 });
    schema.stats.set(scene.consumer('bob', 'ann'), { lossRatio: 0.05 });

    expect(quality()).toMatchObject({
      verdict: 'fair',
      worstScore: 6,
      worstLoss: 0.05,
      reasons: ['The lowest score is 6.', 'Somebody loses 5.0 % of the packets.'],
    });
  });

  it('is bad when something does not flow', () => {
    schema.change('producer', scene.peer('ann').video, { stalledSince: 1 });
    schema.change('consumer', scene.consumer('ann', 'bob'), { starvedSince: 1 });
    schema.change('transport', scene.peer('cyd').send, { iceState: 'new', neverConnectedSince: 1 });

    expect(quality()).toMatchObject({
      verdict: 'bad',
      stalledProducers: 1,
      starvedConsumers: 1,
      unconnectedTransports: 1,
      reasons: ['1 producer sends nothing.', '1 consumer gets nothing.', '1 transport never connected.'],
    });
  });

  it('is bad when a score of 0 tells that nothing comes, before that counts as stalled', () => {
    schema.change('producer', scene.peer('ann').video, { score: 0 });

    expect(quality()).toMatchObject({
      verdict: 'bad',
      reasons: ['1 medium has a score of 0.', 'The lowest score is 0.'],
    });
  });

  it('is idle when all is paused, and unknown while there are no numbers', () => {
    for (const { audio, video } of scene.peers.values()) {
      schema.change('producer', audio, { score: null });
      schema.change('producer', video, { score: null });
    }
    for (const { key } of snapshot().all('consumer')) schema.change('consumer', key, { score: null });
    expect(quality().verdict).toBe('unknown');

    for (const { audio, video } of scene.peers.values()) {
      schema.change('producer', audio, { paused: true });
      schema.change('producer', video, { paused: true });
    }
    for (const { key } of snapshot().all('consumer')) schema.change('consumer', key, { producerPaused: true });
    expect(quality()).toMatchObject({ verdict: 'idle', publishers: 0 });
  });
});

describe('the layers viewers get', () => {
  it('are counted, the highest first, then none, then paused', () => {
    schema.change('consumer', scene.consumer('bob', 'ann'), { currentLayers: { spatialLayer: 0, temporalLayer: 2 } });
    schema.change('consumer', scene.consumer('cyd', 'ann'), { paused: true });
    const consumers: readonly ConsumerNode[] = snapshot().consumersOf(scene.peer('ann').video);

    expect(viewerLayers(consumers)).toEqual([
      { spatialLayer: 2, temporalLayer: 2, paused: false, viewers: 1 },
      { spatialLayer: 0, temporalLayer: 2, paused: false, viewers: 1 },
      { spatialLayer: null, temporalLayer: null, paused: true, viewers: 1 },
    ]);
  });
});

describe('the load of a worker', () => {
  const capacity = { consumersPerWorker: 100, maxCpuRatio: 0.8 };
  function load(cpuRatio: number, limits = capacity) {
    schema.stats.set(scene.worker, { cpuRatio });
    const node = snapshot().find('worker', scene.worker) as NodeOf<'worker'>;
    return workerLoad(snapshot(), schema.stats, node, limits);
  }

  it('learns from CPU per consumer how many more fit', () => {
    expect(load(0.4)).toMatchObject({ consumers: 24, cpuPerConsumer: 0.4 / 24, headroom: 24 });
    expect(load(0.9).headroom).toBe(0);
  });

  it('never promises more than the limit of consumers', () => {
    expect(load(0.06)).toMatchObject({ headroom: 76, basis: 'The limit of consumers for each worker.' });
    expect(load(0.06, { ...capacity, consumersPerWorker: 20 }).headroom).toBe(0);
  });

  it('says that it cannot tell when it cannot', () => {
    expect(load(0.01)).toMatchObject({ headroom: null, cpuPerConsumer: null });
    expect(load(Number.NaN)).toMatchObject({ headroom: null, cpuRatio: null });
    schema.change('worker', scene.worker, { hungSince: 1 });
    expect(load(0.4).headroom).toBe(0);
  });
});

describe('media behind a pipe', () => {
  let copy: EntityKey;
  let viewer: EntityKey;

  beforeEach(async () => {
    const { kit } = schema;
    const other = kit.router(kit.worker(900), 'blue-2', { roomId: 'blue' });
    const near = kit.pipe(scene.router, 'near', tuple(1, 2));
    const far = kit.pipe(other, 'far', tuple(2, 1));
    kit.consumer(near, 'piped', scene.peer('ann').video, { type: 'pipe' });
    copy = kit.producer(far, 'ann-video');
    const recv = kit.transport(
      other,
      'eve-recv',
      { roomId: 'blue', peerId: 'eve' },
      { iceState: 'connected', dtlsState: 'connected' },
    );
    viewer = kit.consumer(recv, 'eve-c', copy, { score: 10 });
    await turn();
  });

  it('is received by those at its far end, not by the pipe', () => {
    const node = snapshot().find('producer', scene.peer('ann').video) as NodeOf<'producer'>;

    expect(viewersOf(snapshot(), node).map(({ peer }) => peer)).toEqual(['bob', 'cyd', 'dan', 'eve']);
    expect(isConsumed(snapshot(), node)).toBe(true);
  });

  it('counts as received when the far end is out of sight', () => {
    for (const peer of ['bob', 'cyd', 'dan']) schema.kit.graph.close(scene.consumer(peer, 'ann'), 'api');
    const node = () => snapshot().find('producer', scene.peer('ann').video) as NodeOf<'producer'>;
    schema.kit.graph.close(viewer, 'api');
    const nobody = isConsumed(snapshot(), node());
    schema.kit.graph.close(copy, 'api');

    expect(nobody).toBe(false);
    expect(isConsumed(snapshot(), node())).toBe(true);
  });

  it('leads back to its origin, and its viewer to whom it comes from', () => {
    schema.change('producer', scene.peer('ann').video, { stalledSince: 4 });
    const node = snapshot().find('producer', copy) as NodeOf<'producer'>;
    const eve = snapshot().peer('blue', 'eve') as PeerEntry;

    expect(originOf(snapshot(), node).key).toBe(scene.peer('ann').video);
    expect(diagnosePeer(snapshot(), schema.stats, eve, 'video').findings).toMatchObject([
      { cause: 'sourceStalled', explanation: expect.stringContaining('of peer ann') },
      { cause: 'noProducer' },
    ]);
  });

  it('is counted once in its room', () => {
    const { producers, consumers } = roomQuality(snapshot(), schema.stats, snapshot().room('blue') as RoomEntry);

    expect([producers, consumers]).toEqual([8, 25]);
  });

  it('has a verdict of all who receive it, and of the workers on their way', () => {
    schema.change('consumer', viewer, { score: 1 });
    schema.stats.set(snapshot().get(viewer)!.worker, { cpuRatio: 0.95 });
    const node = snapshot().find('producer', scene.peer('ann').video) as NodeOf<'producer'>;

    const { verdict, reasons, viewers } = producerVerdict(snapshot(), schema.stats, node);

    expect([verdict, viewers]).toEqual(['sfu', 4]);
    expect(reasons[0]).toBe('Worker w2 uses 95 % of its core.');
  });
});

describe('the blast radius of a worker', () => {
  it('tells rooms that would end from rooms that live elsewhere too', async () => {
    const other = schema.kit.worker(900);
    schema.kit.router(other, 'blue-2', { roomId: 'blue' });
    await RoomScene.open(schema, 'red', ['zoe'], scene.worker);
    const node = snapshot().find('worker', scene.worker) as NodeOf<'worker'>;

    const lost = blastRadius(snapshot(), node);

    expect(lost).toMatchObject({ routers: 2, transports: 10, producers: 10, consumers: 24, roomsLost: 1 });
    expect(lost.rooms.map(({ room }) => room).sort()).toEqual(['blue', 'red']);
    expect(lost.peers.map(({ peer }) => peer).sort()).toEqual(['ann', 'bob', 'cyd', 'dan', 'zoe']);
  });
});
