import { describe, expect, it } from 'vitest';
import { EventHub } from '../../../core/dispatch/event-hub.js';
import type { EventFilter, EventItem } from '../../../core/dispatch/event-reader.js';
import type { EntityKey, EntityRef } from '../../../core/model/entity.js';
import type { MonitorEvent } from '../../../core/model/events.js';
import { GraphKit, turn } from '../../support/graph-kit.js';

const MEBIBYTE = 1024 * 1024;

function event(seq: number, over: Partial<MonitorEvent> = {}): MonitorEvent {
  const whole = { seq, at: 1_000 + seq, type: 'monitor.resync', severity: 'info', entity: null, ancestors: [] };
  return { ...whole, room: null, peer: null, data: { missedEvents: 0 }, ...over } as MonitorEvent;
}

function hubWith(count: number, historyBytes = MEBIBYTE): EventHub {
  const hub = new EventHub({ historyBytes });
  for (let seq = 1; seq <= count; seq++) hub.publish(event(seq));
  return hub;
}

const seqs = (events: readonly MonitorEvent[]): number[] => events.map(({ seq }) => seq);
const router: EntityRef = { kind: 'router', key: 'r' as EntityKey, id: 'r' };

describe('the recent past of events', () => {
  it('gives the oldest first and pages forward', () => {
    const hub = hubWith(250);

    const first = hub.recent();
    const next = hub.recent({ after: first.at(-1)!.seq, limit: 3 });

    expect(first).toHaveLength(100);
    expect(first[0]?.seq).toBe(1);
    expect(seqs(next)).toEqual([101, 102, 103]);
    expect(hub.recent({ after: 250 })).toEqual([]);
    expect(hub.recent({ limit: 0 })).toEqual([]);
    expect(hub.published).toBe(250);
  });

  it('never holds more bytes than it may, and lets the oldest go', () => {
    const hub = new EventHub({ historyBytes: 64 * 1024 });
    expect(hub.oldestSeq).toBeNull();

    for (let seq = 1; seq <= 5_000; seq++) {
      hub.publish(event(seq));
      expect(hub.usedBytes).toBeLessThanOrEqual(hub.capacityBytes);
    }

    const kept = hub.recent({ limit: 10_000 });
    expect(kept.at(-1)?.seq).toBe(5_000);
    expect(hub.oldestSeq).toBe(5_001 - kept.length);
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.length).toBeLessThan(500);
  });

  it('counts the text in an event', () => {
    const hub = new EventHub({ historyBytes: MEBIBYTE });
    hub.publish(event(1));
    const small = hub.usedBytes;

    hub.publish(
      event(2, { type: 'monitor.pluginFailed', data: { plugin: 'x', phase: 'start', message: 'm'.repeat(9_000) } }),
    );

    expect(hub.usedBytes - small).toBeGreaterThan(9_000);
  });

  it('does not keep an event larger than all its room', () => {
    const hub = hubWith(3, 64 * 1024);

    hub.publish(
      event(4, { type: 'monitor.pluginFailed', data: { plugin: 'x', phase: 'start', message: 'm'.repeat(99_000) } }),
    );

    expect(hub.oldestSeq).toBeNull();
    expect(hub.usedBytes).toBe(0);
    hub.publish(event(5));
    expect(seqs(hub.recent())).toEqual([5]);
  });

  it.each<[string, EventFilter & { since?: number }, number[]]>([
    ['type', { types: ['router.closed', 'peer.left'] }, [3, 6]],
    ['severity', { minSeverity: 'warning' }, [4, 5]],
    ['room', { room: 'A' }, [2, 3, 6]],
    ['peer', { peer: 'ann' }, [2, 6]],
    ['room and peer', { room: 'A', peer: 'ann' }, [2, 6]],
    ['time', { since: 1_005 }, [5, 6]],
    ['entity', { entity: router.key }, [2, 3]],
  ])('is filtered by %s', (_, filter, expected) => {
    const hub = new EventHub({ historyBytes: MEBIBYTE });
    const transport: EntityRef = { kind: 'transport', key: 'r/t' as EntityKey, id: 't' };
    hub.publish(event(1));
    hub.publish(event(2, { entity: transport, ancestors: [router], room: 'A', peer: 'ann' }));
    hub.publish(event(3, { type: 'router.closed', data: { reason: 'api', lifetimeMs: 1 }, entity: router, room: 'A' }));
    hub.publish(event(4, { severity: 'warning' }));
    hub.publish(event(5, { severity: 'error' }));
    hub.publish(event(6, { type: 'peer.left', data: { stayedMs: 1 }, room: 'A', peer: 'ann' }));

    expect(seqs(hub.recent(filter))).toEqual(expected);
  });

  it('tells of a closed entity and all that lived in it, and of a peer that left', async () => {
    const hub = new EventHub({ historyBytes: MEBIBYTE });
    const kit = new GraphKit({ publish: (published) => hub.publish(published) });
    const worker = kit.worker();
    const transport = kit.transport(kit.router(worker, 'r', { roomId: 'A' }), 't', { peerId: 'ann' });
    kit.producer(transport, 'p');
    await turn();
    kit.graph.close(worker, 'workerDied');

    const types = (filter: EventFilter): string[] => hub.recent(filter).map(({ type }) => type);

    expect(types({ entity: transport })).toEqual([
      'transport.created',
      'producer.created',
      'entity.identified',
      'entity.identified',
      'producer.closed',
      'transport.closed',
    ]);
    expect(types({ peer: 'ann' })).toEqual([
      'entity.identified',
      'peer.joined',
      'entity.identified',
      'producer.closed',
      'transport.closed',
      'peer.left',
    ]);
    expect(hub.recent({ entity: worker })).toHaveLength(
      hub.published - hub.recent({ types: ['room.opened', 'room.closed', 'peer.joined', 'peer.left'] }).length,
    );
  });
});

describe('a subscription to events', () => {
  it('gives what comes later and matches', async () => {
    const hub = hubWith(3);
    const subscription = hub.subscribe({ minSeverity: 'warning' });
    const waiting = subscription.next();

    hub.publish(event(4));
    hub.publish(event(5, { severity: 'error' }));

    expect((await waiting).value).toMatchObject({ type: 'event', event: { seq: 5 } });
    await subscription.return?.();
    expect(hub.subscribers).toBe(0);
  });

  it('tells a slow reader how many it lost, before the next event', async () => {
    const hub = hubWith(0);
    const subscription = hub.subscribe({}, { capacity: 2 });
    const items: EventItem[] = [];

    for (let seq = 1; seq <= 5; seq++) hub.publish(event(seq));
    for (let n = 0; n < 3; n++) items.push((await subscription.next()).value);
    hub.publish(event(6));
    items.push((await subscription.next()).value);

    const said = items.map((item) => (item.type === 'gap' ? `gap ${item.dropped}` : item.event.seq));
    expect(said).toEqual(['gap 3', 4, 5, 6]);
    expect(hub.dropped).toBe(3);
    await subscription.return?.();
  });

  it('holds nobody up for a reader that does not read', async () => {
    const hub = hubWith(0);
    const stalled = hub.subscribe({}, { capacity: 10 });
    const reading = hub.subscribe();
    const heard: number[] = [];

    for (let seq = 1; seq <= 1_000; seq++) {
      hub.publish(event(seq));
      const { value } = await reading.next();
      if (value.type === 'event') heard.push(value.event.seq);
    }

    expect(heard).toHaveLength(1_000);
    expect(hub.dropped).toBe(990);
    await stalled.return?.();
    await reading.return?.();
  });

  it('ends on abort and when the hub closes', async () => {
    const hub = hubWith(0);
    const abort = new AbortController();
    const waiting = hub.subscribe({}, { signal: abort.signal }).next();
    abort.abort();
    expect((await waiting).done).toBe(true);
    expect((await hub.subscribe({}, { signal: abort.signal }).next()).done).toBe(true);

    const other = hub.subscribe().next();
    hub.close();

    expect((await other).done).toBe(true);
    expect((await hub.subscribe().next()).done).toBe(true);
    expect(hub.subscribers).toBe(0);
  });

  it('refuses a capacity that is none', () => {
    expect(() => hubWith(0).subscribe({}, { capacity: 0 })).toThrow(RangeError);
  });
});
