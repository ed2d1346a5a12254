import { expect, it } from 'vitest';
import { ManualClock } from '../../../core/testing/index.js';
import { CLOCK, GRAPH, STATS } from '../../../core/tokens.js';
import { Pieces } from '../../../plugins/prometheus/expose/pieces.js';
import { GraphKit } from '../../support/graph-kit.js';
import { PrometheusKit } from '../../support/prometheus-kit.js';
import { StubStats } from '../../support/stub-stats.js';

/** On which a millisecond passes between any two looks. */
class RunningClock extends ManualClock {
  override monotonic(): number {
    this.advance(1);
    return super.monotonic();
  }
}

/** Counts the turns of the event loop until it is told to stop. */
class Turns {
  count = 0;
  #running = true;

  constructor() {
    const turn = (): void => {
      this.count++;
      if (this.#running) setImmediate(turn);
    };
    setImmediate(turn);
  }

  stop(): void {
    this.#running = false;
  }
}

function withConsumer(graphKit: GraphKit, clock: ManualClock): PrometheusKit {
  const stats = new StubStats();
  const transport = graphKit.transport(graphKit.router(graphKit.worker(), 'router-1'), 'transport-1');
  stats.set(graphKit.consumer(transport, 'consumer-1', null), { score: 7 });
  return new PrometheusKit({ byId: { consumers: true } }, (scope) => {
    scope.registerInstance(GRAPH, graphKit.graph);
    scope.registerInstance(STATS, stats);
    scope.registerInstance(CLOCK, clock);
  });
}

it('a page turns the event loop between any two families where each takes a millisecond', async () => {
  const kit = await withConsumer(new GraphKit(), new RunningClock()).start();
  await kit.text();

  const turns = new Turns();
  const page = await kit.text();
  turns.stop();

  expect(turns.count).toBeGreaterThan([...page.matchAll(/^# TYPE /gm)].length);
});

it.each(['first', 'second'])('the turn in which the %s page is asked for reads nothing yet', async (which) => {
  const graphKit = new GraphKit();
  const kit = await withConsumer(graphKit, new ManualClock()).start();
  if (which === 'second') await kit.text();
  const { graph } = graphKit;
  const rows = graph.rows.bind(graph);
  let reads = 0;
  Object.assign(graph, {
    rows: (kind: Parameters<typeof rows>[0]) => {
      reads++;
      return rows(kind);
    },
  });

  const asked = kit.ask();
  await new Promise<void>((resolve) => process.nextTick(resolve));
  expect(reads).toBe(0);
  expect((await asked).status).toBe(200);
  expect(reads).toBeGreaterThan(0);
});

it('pieces come in turns by the time that their reader takes, and the first not in that in which they are asked for', async () => {
  const clock = new ManualClock();
  const buffers = Array.from({ length: 12 }, (_, i) => Buffer.from(`${i}`));
  const stream = new Pieces(buffers).stream(clock);
  const turnsPerPiece: number[] = [];
  const turns = new Turns();
  const read: Uint8Array[] = [];
  for await (const piece of stream) {
    read.push(piece);
    turnsPerPiece.push(turns.count);
    clock.advance(0.2);
  }
  turns.stop();

  expect(Buffer.concat(read).equals(Buffer.concat(buffers))).toBe(true);
  expect(turnsPerPiece[0]).toBeGreaterThan(0);
  const perTurn = turnsPerPiece.map((at) => turnsPerPiece.filter((other) => other === at).length);
  expect(Math.max(...perTurn)).toBe(3);
});
