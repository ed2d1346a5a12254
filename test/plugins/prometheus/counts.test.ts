import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NodeOf } from '../../../core/index.js';
import { GRAPH, STATS } from '../../../core/tokens.js';
import { GraphKit } from '../../support/graph-kit.js';
import { PrometheusKit } from '../../support/prometheus-kit.js';
import { StubStats } from '../../support/stub-stats.js';

const COUNTS =
  /^(mediasoup_(workers|routers|transports|producers|consumers|worker_stress|pipe_links)|sfu_(rooms|peers)).* [\d.]+$/;

const step = fc.record({
  do: fc.constantFrom('transport', 'producer', 'consumer', 'layers', 'pause', 'starve', 'close', 'estimate', 'scrape'),
  which: fc.nat({ max: 30 }),
  how: fc.nat({ max: 2 }),
});

/** What the page counts; other plugins of the same graph have counted nothing yet. */
async function counted(kit: PrometheusKit): Promise<readonly string[]> {
  return (await kit.text())
    .split('\n')
    .filter((line) => COUNTS.test(line))
    .toSorted();
}

class Sfu {
  readonly kit = new GraphKit();
  readonly stats = new StubStats();
  readonly #router = this.kit.router(this.kit.worker(), 'router-1', { roomId: 'room-1' });
  #made = 0;

  constructor() {
    const transport = this.kit.transport(this.#router, 'transport-1');
    for (const id of ['first', 'second']) {
      this.kit.consumer(transport, `consumer-of-${id}`, this.kit.producer(transport, id));
    }
  }

  plugin(): Promise<PrometheusKit> {
    return new PrometheusKit({}, (scope) => {
      scope.registerInstance(GRAPH, this.kit.graph);
      scope.registerInstance(STATS, this.stats);
    }).start();
  }

  do({ do: what, which, how }: { do: string; which: number; how: number }): void {
    const { kit } = this;
    const name = `${what}-${this.#made++}`;
    const transport = this.#one('transport', which)?.key;
    if (what === 'transport') kit.transport(this.#router, name, {}, { type: how === 0 ? 'pipe' : 'webrtc' });
    else if (what === 'producer' && transport !== undefined) kit.producer(transport, name);
    else if (what === 'consumer' && transport !== undefined) {
      kit.consumer(transport, name, this.#one('producer', how)?.key ?? null, {
        type: how === 0 ? 'simple' : 'simulcast',
        preferredLayers: { spatialLayer: 2, temporalLayer: 0 },
      });
    } else if (what === 'estimate' && transport !== undefined) {
      this.stats.set(transport, { availableOutgoingBitrate: how === 0 ? Number.NaN : 1e6 });
    } else if (what === 'close') this.#close(which, how);
    else this.#change(what, which, how);
  }

  #close(which: number, how: number): void {
    const node = this.#one((['transport', 'producer', 'consumer'] as const)[how]!, which);
    if (node === undefined) return;
    // As mediasoup does: no consumer outlives its producer.
    const { graph } = this.kit;
    for (const { key } of node.kind === 'producer' ? graph.snapshot().consumersOf(node.key) : []) {
      graph.close(key, 'producer');
    }
    graph.close(node.key, 'api');
  }

  #change(what: string, which: number, how: number): void {
    const { graph } = this.kit;
    const node = this.#one('consumer', which);
    if (node === undefined) return;
    const to = { spatialLayer: how, temporalLayer: 0 };
    if (what === 'layers') {
      const data = { from: node.currentLayers, to };
      graph.change('consumer', node.key, { currentLayers: to }, { type: 'consumer.layersChanged', data } as never);
    } else if (what === 'pause') {
      graph.change('consumer', node.key, { paused: !node.paused }, { type: 'consumer.paused', data: {} });
    } else if (what === 'starve') {
      graph.change(
        'consumer',
        node.key,
        { starvedSince: how === 0 ? null : 1 },
        {
          type: 'consumer.paused',
          data: {},
        },
      );
    }
  }

  #one<K extends 'transport' | 'producer' | 'consumer'>(kind: K, which: number): NodeOf<K> | undefined {
    const nodes = this.kit.graph.snapshot().all(kind);
    return nodes[which % Math.max(1, nodes.length)];
  }
}

it('counts what a plugin counts that has just begun, whatever has opened, closed and changed since the last page', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const sfu = new Sfu();
      const kit = await sfu.plugin();
      for (const one of steps) {
        if (one.do === 'scrape') expect(await counted(kit)).toEqual(await counted(await sfu.plugin()));
        else sfu.do(one);
        if (one.how > 0) await kit.ask();
      }
      const all = await counted(kit);

      expect(all).toEqual(await counted(await sfu.plugin()));
      expect(all.length).toBeGreaterThan(5);
    }),
    { numRuns: 100 },
  );
});
