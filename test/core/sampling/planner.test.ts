import { beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import type { SampledKind } from '../../../core/model/samples.js';
import { type ByKind, byKind } from '../../../core/sampling/by-kind.js';
import { Planner } from '../../../core/sampling/planner.js';
import { Subject } from '../../../core/sampling/subject.js';
import { Table } from '../../../core/sampling/table.js';
import { GraphKit } from '../../support/graph-kit.js';

const OPTIONS = { hotForMs: 30_000, lowScore: 5, pausedEveryMs: 60_000 };
/** Long after everything was opened, so that nothing is hot for being new. */
const LATER = 1_000_000;

describe('the planner', () => {
  let kit: GraphKit;
  let transport: EntityKey;
  let planner: Planner;
  let tables: ByKind<Table>;

  beforeEach(() => {
    kit = new GraphKit();
    transport = kit.transport(kit.router(kit.worker(), 'r'), 't');
    planner = new Planner(OPTIONS);
    tables = byKind((kind) => new Table(kind));
  });

  function subject(kind: SampledKind, key: EntityKey, openedAt = 0): Subject {
    const node = kit.graph.snapshot().find(kind, key)!;
    const made = new Subject(tables[kind], node, openedAt);
    planner.place(made, LATER);
    return made;
  }

  function producers(count: number): Subject[] {
    return Array.from({ length: count }, (_, i) => subject('producer', kit.producer(transport, `p${i}`)));
  }

  function consumers(count: number): Subject[] {
    return Array.from({ length: count }, (_, i) => subject('consumer', kit.consumer(transport, `c${i}`, null)));
  }

  function plan(allowance: number, wanted: readonly SampledKind[] = ['producer', 'consumer'], now = LATER) {
    const shed: Partial<Record<SampledKind, number>> = {};
    planner.plan({ intervalMs: 5_000, transports: true, wanted: new Set(wanted), allowance }, (kind, count) => {
      shed[kind] = count;
    });
    const due: Subject[] = [];
    for (let next = planner.next(now); next !== null; next = planner.next(now)) {
      next.askedAt = now;
      due.push(next);
    }
    return { due, shed, ids: due.map(({ node }) => node.id) };
  }

  it('plans nothing of a kind that nobody wants', () => {
    producers(3);

    expect(plan(100, []).due).toEqual([]);
    expect(plan(100, ['consumer']).due).toEqual([]);
  });

  it('plans every transport whatever the budget', () => {
    subject('transport', transport);
    producers(2);

    expect(plan(0, []).ids).toEqual(['t']);
    expect(plan(0, ['producer']).ids).toEqual(['t', 'p0']);
  });

  it.each([
    [10, 3],
    [100, 7],
    [64, 64],
    [5, 1],
  ])(
    'covers all of %i cold producers, %i at a time, in as many ticks as that takes and no more',
    (count, allowance) => {
      producers(count);
      const seen = new Set<string>();
      const ticks = Math.ceil(count / allowance);

      for (let tick = 0; tick < ticks; tick++) {
        const { ids, shed } = plan(allowance, ['producer']);
        expect(ids).toHaveLength(Math.min(allowance, count));
        expect(shed.producer ?? 0).toBe(count - Math.min(allowance, count));
        for (const id of ids) seen.add(id);
      }

      expect(seen.size).toBe(count);
    },
  );

  it('keeps the turns of the others when some close in between', () => {
    const all = producers(9);
    plan(3, ['producer']);
    planner.remove(all[4]!);

    const seen = [...plan(3, ['producer']).ids, ...plan(2, ['producer']).ids];

    expect(seen).toEqual(['p3', 'p5', 'p6', 'p7', 'p8']);
  });

  it.each(['young', 'low score', 'stalled', 'leased'])('takes a producer that is %s in every tick', (reason) => {
    producers(40);
    const key = kit.producer(transport, 'hot');
    if (reason === 'low score') {
      kit.graph.change('producer', key, { score: 2 }, scoreChanged(2));
    } else if (reason === 'stalled') {
      kit.graph.change('producer', key, { stalledSince: 1 }, { type: 'producer.stalled', data: { silentMs: 1 } });
    }
    const hot = subject('producer', key, reason === 'young' ? LATER - 1_000 : 0);
    if (reason === 'leased') {
      hot.everyMs = 30_000;
      planner.place(hot, LATER);
    }

    for (let tick = 0; tick < 5; tick++) expect(plan(4, ['producer']).ids).toContain('hot');
  });

  it('lets what was young take its turn like the others once it is not', () => {
    subject('producer', kit.producer(transport, 'young'), LATER - 1_000);
    producers(4);
    expect(plan(2, ['producer']).ids).toEqual(['young', 'p0']);

    const later = LATER + OPTIONS.hotForMs;

    expect(plan(2, ['producer'], later).ids).toEqual(['p1', 'p2']);
    expect(plan(2, ['producer'], later).ids).toEqual(['p3', 'p0']);
  });

  it('lets the cold go on in turns when there is more hot than it may take', () => {
    for (let i = 0; i < 50; i++) subject('producer', kit.producer(transport, `hot${i}`), LATER);
    producers(8);
    const seen = new Set<string>();

    for (let tick = 0; tick < 4; tick++) for (const id of plan(8, ['producer']).ids) seen.add(id);

    expect([...seen].filter((id) => id.startsWith('p'))).toHaveLength(8);
    expect([...seen].filter((id) => id.startsWith('hot'))).toHaveLength(24);
  });

  it('leaves consumers out before producers, but never all of them', () => {
    producers(20);
    consumers(100);

    const { ids, shed } = plan(40);

    expect(ids.filter((id) => id.startsWith('p'))).toHaveLength(20);
    expect(ids.filter((id) => id.startsWith('c'))).toHaveLength(20);
    expect(shed).toEqual({ consumer: 80 });
    expect(plan(16).ids.filter((id) => id.startsWith('c'))).toHaveLength(2);
  });

  it('rests what is paused, asking for it once in a long while', () => {
    const key = kit.producer(transport, 'p');
    kit.graph.change('producer', key, { paused: true }, { type: 'producer.paused', data: {} });
    subject('producer', key);

    expect(plan(10, ['producer'], LATER).ids).toEqual(['p']);
    expect(plan(10, ['producer'], LATER + 59_000).ids).toEqual([]);
    expect(plan(10, ['producer'], LATER + 60_000).ids).toEqual(['p']);
    expect(planner.candidates(new Set(['producer']))).toBe(0);
  });

  it('counts what is left out when it is ended before its end', () => {
    producers(10);
    const shed: [SampledKind, number][] = [];
    planner.plan({ intervalMs: 5_000, transports: true, wanted: new Set(['producer']), allowance: 8 }, (...left) =>
      shed.push(left),
    );
    planner.next(LATER);

    planner.abandon((...left) => shed.push(left));

    expect(shed).toEqual([
      ['producer', 2],
      ['producer', 7],
    ]);
    expect(planner.next(LATER)).toBeNull();
  });

  it('passes over what is being asked already, and what a lease samples often enough', () => {
    const [asked, leased] = producers(3) as [Subject, Subject, Subject];
    asked.inFlight = true;
    leased.everyMs = 1_000;
    planner.place(leased, LATER);

    expect(plan(10, ['producer']).ids).toEqual(['p2']);
  });
});

function scoreChanged(score: number) {
  return { type: 'producer.scoreChanged', data: { previous: null, score, scores: [] } } as const;
}
