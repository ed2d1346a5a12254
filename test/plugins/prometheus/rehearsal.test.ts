import { expect, it } from 'vitest';
import { ManualClock } from '../../../core/testing/index.js';
import { CLOCK, GRAPH, STATUS } from '../../../core/tokens.js';
import { GraphKit } from '../../support/graph-kit.js';
import { PrometheusKit } from '../../support/prometheus-kit.js';

const ALL = { byId: { producers: true, consumers: true, maxSeries: 8 }, rooms: { enabled: true } };

/** On which a millisecond passes between any two looks. */
class RunningClock extends ManualClock {
  override monotonic(): number {
    this.advance(1);
    return super.monotonic();
  }
}

/** Turns of the event loop that something took; `each` is called in every one. */
async function turnsOf(work: () => Promise<unknown>, each: (turn: number) => void = () => {}): Promise<number> {
  let turns = 0;
  let isRunning = true;
  const turn = (): void => {
    if (!isRunning) return;
    each(++turns);
    setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isRunning = false;
  return turns;
}

/** The plugin, and how often it has asked how the monitor does: it does so twice for a page. */
function watchedKit(): { readonly kit: PrometheusKit; readonly asked: () => number } {
  let asked = 0;
  const kit = new PrometheusKit(ALL, (scope) => {
    const status = scope.resolve(STATUS);
    scope.registerInstance(STATUS, () => {
      asked++;
      return status();
    });
    scope.registerInstance(GRAPH, new GraphKit().graph);
    scope.registerInstance(CLOCK, new RunningClock());
  });
  return { kit, asked: () => asked };
}

it('a start makes a page of an SFU that is nowhere, in slices, and nothing tells of them', async () => {
  const { kit, asked } = watchedKit();

  const turns = await turnsOf(() => kit.start());

  expect(asked()).toBeGreaterThan(0);
  expect(kit.logger.lines).toEqual([]);
  expect(kit.plugin.counters()).toEqual({ scrapes: 0, collectorErrors: 0, labelOverflows: 0, entitiesLeftOut: 0 });
  const page = await kit.text();
  expect(turns).toBeGreaterThan([...page.matchAll(/^# TYPE /gm)].length);
  expect(page).not.toContain('rehearsal');
  expect(page).not.toMatch(/^mediasoup_(producer|consumer)_by_id/m);
  expect(page).toMatch(/^sfu_monitor_scrapes_total 0$/m);
  expect(page).not.toMatch(/^sfu_monitor_series /m);
  expect(await kit.value('mediasoup_workers')).toBe(0);
});

it('a start that is given up ends in the middle of it', async () => {
  const whole = await turnsOf(() => watchedKit().kit.start());
  const { kit } = watchedKit();
  const givenUp = new AbortController();

  const turns = await turnsOf(
    () => expect(kit.plugin.start(givenUp.signal)).rejects.toThrow('enough'),
    (turn) => {
      if (turn === 5) givenUp.abort(new Error('enough'));
    },
  );

  expect(turns).toBeLessThan(whole / 2);
  expect(kit.routes.all()).toEqual([]);
  expect(kit.logger.lines).toEqual([]);
});
