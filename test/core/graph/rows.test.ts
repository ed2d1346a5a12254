import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ENTITY_KINDS, type EntityKey } from '../../../core/index.js';
import { GraphKit } from '../../support/graph-kit.js';

const step = fc.record({
  do: fc.constantFrom('open' as const, 'close' as const, 'change' as const),
  which: fc.nat({ max: 20 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

it('shows what is open by slot, and tells by a version that something has changed there', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const kit = withConsumers();
      const { graph } = kit;
      const rows = graph.rows('consumer');
      for (const [number, taken] of steps.entries()) {
        const before = versions(rows);
        const nodes = graph.snapshot().all('consumer');
        take(kit, taken, number);
        const now = graph.snapshot().all('consumer');

        expect(rows.count).toBe(now.length);
        expect(Array.from({ length: rows.end }, (_, slot) => rows.at(slot)).filter((one) => one !== undefined)).toEqual(
          now.toSorted((a, b) => a.slot - b.slot),
        );
        for (let slot = 0; slot < Math.max(before.length, rows.end); slot++) {
          const wasAndIs = [nodes, now].map((list) => list.find((one) => one.slot === slot));
          expect(rows.version(slot) === 0).toBe(wasAndIs[1] === undefined);
          expect(rows.version(slot) === (before[slot] ?? 0)).toBe(wasAndIs[0] === wasAndIs[1]);
        }
      }
    }),
    { numRuns: 100 },
  );
});

it('counts how many are as they were at any earlier step', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const kit = withConsumers();
      const { graph } = kit;
      const earlier = [graph.snapshot()];
      for (const [number, taken] of steps.entries()) {
        take(kit, taken, number);
        earlier.push(graph.snapshot());
      }
      for (const snapshot of earlier) {
        const same = ENTITY_KINDS.flatMap((kind) => snapshot.all(kind)).filter((node) => graph.get(node.key) === node);
        expect(graph.unchangedSince(snapshot.seq)).toBe(same.length);
      }
    }),
    { numRuns: 100 },
  );
});

it('shows no slot that nobody has any more', () => {
  const { graph, open } = withConsumers();
  const keys = Array.from({ length: 200 }, (_, i) => open(`consumer-${i}`));
  const rows = graph.rows('consumer');
  expect(rows.end).toBe(200);

  for (const key of keys.slice(1)) graph.close(key, 'api');

  expect(rows.end).toBe(1);
});

it('counts rooms and peers as a snapshot lists them', async () => {
  const kit = new GraphKit();
  const worker = kit.worker();
  const transport = (room: string | null, peer: string | null): EntityKey => {
    const router = kit.router(worker, `router-${room}-${peer}`, room === null ? {} : { roomId: room });
    return kit.transport(router, `transport-${room}-${peer}`, peer === null ? {} : { peerId: peer });
  };
  transport('a', 'x');
  transport('a', 'y');
  transport('b', null);
  const alone = transport(null, 'z');
  const check = (): void => {
    const snapshot = kit.graph.snapshot();
    expect(kit.graph.presence()).toEqual({ rooms: snapshot.rooms().length, peers: snapshot.peers().length });
  };

  // Whose they are is asked a turn later.
  await turn();
  expect(kit.graph.presence()).toEqual({ rooms: 2, peers: 3 });
  check();
  kit.graph.close(alone, 'api');
  check();
});

function versions(rows: { readonly end: number; version(slot: number): number }): readonly number[] {
  return Array.from({ length: rows.end }, (_, slot) => rows.version(slot));
}

/** `number`: another one for each step. */
function take({ graph, open }: ReturnType<typeof withConsumers>, { do: what, which }: Step, number: number): void {
  const nodes = graph.snapshot().all('consumer');
  const node = nodes[which % Math.max(1, nodes.length)];
  if (what === 'open') open(`consumer-${number}`);
  else if (node !== undefined && what === 'close') graph.close(node.key, 'api');
  else if (node !== undefined) {
    graph.change('consumer', node.key, { paused: !node.paused }, { type: 'consumer.paused', data: {} });
  }
}

function withConsumers() {
  const kit = new GraphKit();
  const transport = kit.transport(kit.router(kit.worker(), 'router-1'), 'transport-1');
  return { graph: kit.graph, open: (id: string): EntityKey => kit.consumer(transport, id, null) };
}
