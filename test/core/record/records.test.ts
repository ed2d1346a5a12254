import { describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import type { MonitorEvent } from '../../../core/model/events.js';
import { DebugBook, type DebugSubject } from '../../../core/record/debug-book.js';
import { recordOptions } from '../../../core/record/options.js';
import { Records } from '../../../core/record/records.js';
import type { SfuRecord } from '../../../core/record/record.js';
import { ManualClock, sampleBatch, sampleEvent, sampleNode, sampleSnapshot } from '../../../core/testing/index.js';
import { recordFaults } from '../../support/record-check.js';

const snapshot = sampleSnapshot('run-1');

function maker(
  options: Readonly<Record<string, unknown>> = {},
  { on = [], open = true }: { readonly on?: readonly DebugSubject[]; readonly open?: boolean } = {},
): Records {
  const debug = new DebugBook(new ManualClock(), () => true);
  for (const subject of on) debug.debug(subject, 60);
  return new Records({
    options: recordOptions.parse({ node: 'sfu-1', ...options }),
    runId: 'run-1',
    get: (key) => (open ? snapshot.get(key) : undefined),
    debug,
  });
}

const score = (previous: number | null, now: number): SfuRecord | null =>
  maker().ofEvent(sampleEvent('producer.scoreChanged', { previous, score: now, scores: [] }));

describe('the record of an event', () => {
  it('says where, when, whose, what and how grave in one envelope', () => {
    const event = sampleEvent('producer.stalled', { silentMs: 5_000 }, { seq: 7, at: 1_700_000_060_001 });

    expect(maker().ofEvent(event)).toEqual({
      id: 'run-1-7',
      schema: 1,
      node: 'sfu-1',
      runId: 'run-1',
      seq: 7,
      time: '2023-11-14T22:14:20.001Z',
      level: 'WARN',
      class: 'durable',
      type: 'producer.stalled',
      entity: event.entity,
      ancestors: event.ancestors,
      room: 'room-1',
      peer: 'peer-1',
      appData: {},
      message: 'producer producer-1 has sent nothing for 5.0 s',
      data: { silentMs: 5_000 },
    });
  });

  it('carries what the entity was labelled with, also once it has closed', () => {
    const event = sampleEvent('producer.closed', undefined, { labels: { device: 'phone' } });

    expect(maker({}, { open: false }).ofEvent(event)?.appData).toEqual({ device: 'phone' });
  });

  it('takes the room and the peer from what is known by now when the event came before them', () => {
    const event = sampleEvent('producer.created', undefined, { room: null, peer: null });

    expect(maker().ofEvent(event)).toMatchObject({ room: 'room-1', peer: 'peer-1' });
    expect(maker({}, { open: false }).ofEvent(event)).toMatchObject({ room: null, peer: null });
  });

  it('keeps numbers that nobody knows as null, and what JSON cannot say out', () => {
    const cycle: Record<string, unknown> = { big: 12n, bytes: new Uint8Array(3), none: undefined, call: () => 1 };
    cycle.self = cycle;
    const event = sampleEvent('producer.traced', {
      trace: 'rtp',
      direction: 'in',
      info: { rate: Number.NaN, cycle, long: 'x'.repeat(10_000), day: new Date(0) },
    });
    const { data } = maker({}, { on: [{ room: 'room-1' }] }).ofEvent(event)!;

    expect(data.info).toMatchObject({
      rate: null,
      cycle: { big: '12', bytes: '3 bytes' },
      day: '1970-01-01T00:00:00.000Z',
    });
    expect((data.info as { long: string }).long).toHaveLength(8_192);
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
  });

  it('tells a resync apart from the event whose number it has', () => {
    const resync = sampleEvent('monitor.resync', undefined, { seq: 7 });

    expect(maker().ofEvent(resync)?.id).toBe('run-1-7-gap');
  });

  it('of records that a sink has lost tells how many, why and when', () => {
    const lost = { class: 'durable', reason: 'overflow', count: 7, from: 0, to: 1_000 } as const;
    const records = maker();
    const [first, second] = [records.ofGap(lost), records.ofGap(lost)];

    expect(first).toMatchObject({
      type: 'monitor.recordsLost',
      level: 'WARN',
      time: '1970-01-01T00:00:01.000Z',
      message: '7 records were lost before they could be sent: overflow.',
      data: { ...lost, from: '1970-01-01T00:00:00.000Z', to: '1970-01-01T00:00:01.000Z' },
    });
    expect(new Set([first.id, second.id]).size).toBe(2);
    expect(recordFaults(JSON.parse(JSON.stringify(first)))).toEqual([]);
  });

  it('hides half of every address where told so', () => {
    const text = JSON.stringify(maker({ addresses: 'masked' }).ofEvent(sampleEvent('transport.tupleChanged')));

    expect(text).toContain('198.51.x.x');
    expect(text).not.toMatch(/198\.51\.100\.7|192\.0\.2\.1/);
    expect(JSON.stringify(maker().ofEvent(sampleEvent('transport.tupleChanged')))).toContain('198.51.100.7');
  });
});

describe('the level of a record', () => {
  it('is that of the severity', () => {
    const levels = (
      ['worker.died', 'consumer.starved', 'router.created', 'dataConsumer.sendBufferFilled'] as const
    ).map((type) => maker().ofEvent(sampleEvent(type) as MonitorEvent)?.level);

    expect(levels).toEqual(['ERROR', 'WARN', 'INFO', 'WARN']);
  });

  it('is WARN once when a score falls below the limit, INFO when it is back, and detail otherwise', () => {
    expect(score(9, 4)?.level).toBe('WARN');
    expect(score(null, 4)?.level).toBe('WARN');
    expect(score(4, 3)).toBeNull();
    expect(score(4, 5)?.level).toBe('INFO');
    expect(score(5, 9)).toBeNull();
    expect(score(null, 9)).toBeNull();
  });
});

describe('detail', () => {
  const detail = sampleEvent('consumer.layersChanged');
  const router = sampleNode('router').key;
  const other = 'other/consumer' as EntityKey;

  it('stays in the process unless somebody switched it on', () => {
    expect(maker().ofEvent(detail)).toBeNull();
  });

  it.each([
    ['the entity', { entity: sampleNode('consumer').key }],
    ['something it lives in', { entity: router }],
    ['its room', { room: 'room-1' }],
    ['its peer in its room', { room: 'room-1', peer: 'peer-1' }],
  ])('leaves when %s is switched on', (_what, subject) => {
    expect(maker({}, { on: [subject] }).ofEvent(detail)?.level).toBe('DEBUG');
  });

  it.each([
    ['another entity', { entity: other }],
    ['another room', { room: 'room-2' }],
    ['its peer in another room', { room: 'room-2', peer: 'peer-1' }],
  ])('stays when only %s is switched on', (_what, subject) => {
    expect(maker({}, { on: [subject] }).ofEvent(detail)).toBeNull();
  });
});

describe('the record of a batch of samples', () => {
  it('has one row for each entity, in the columns it names, with null for what is unknown', () => {
    const batch = sampleBatch('dataProducer', { values: { bytesPerSecond: Number.NaN }, fill: 2 });

    expect(maker().ofSamples(batch)).toMatchObject({
      id: 'run-1-s1',
      seq: 1,
      class: 'latest',
      level: 'DEBUG',
      type: 'dataProducer.sampled',
      entity: { kind: 'worker', id: '4242', key: 'w1' },
      data: {
        tick: 1,
        coverage: 1,
        fields: [
          'id',
          'key',
          'room',
          'peer',
          'messagesReceived',
          'bytesReceived',
          'messagesPerSecond',
          'bytesPerSecond',
        ],
        rows: [['data-producer-1', sampleNode('dataProducer').key, 'room-1', 'peer-1', 2, 2, 2, null]],
      },
    });
  });

  it('has the same id for every plugin, and the next batch the next number', () => {
    const records = maker();
    const first = sampleBatch('producer', { tick: 1 });

    expect([first, first, sampleBatch('consumer', { tick: 1 })].map((batch) => records.ofSamples(batch)?.id)).toEqual([
      'run-1-s1',
      'run-1-s1',
      'run-1-s2',
    ]);
  });

  it('is not made of nothing, and holds only what is switched on where told so', () => {
    const only = (on: readonly DebugSubject[]): SfuRecord | null =>
      maker({ samples: 'debugged' }, { on }).ofSamples(sampleBatch('consumer'));

    expect(maker().ofSamples(sampleBatch('producer', { entities: [] }))).toBeNull();
    expect(only([])).toBeNull();
    expect(only([{ room: 'room-2' }])).toBeNull();
    expect(only([{ entity: sampleNode('transport').key }])?.data.rows).toHaveLength(1);
  });
});
