import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { z } from 'zod';
import { inject, injectable } from '../../../core/container.js';
import type { Clock } from '../../../core/clock.js';
import type { GraphReader } from '../../../core/graph/graph-reader.js';
import type { Logger } from '../../../core/logger.js';
import type { MonitorPlugin, PluginDefinition } from '../../../core/plugin.js';
import { testPlugin } from '../../../core/testing/index.js';
import { CLOCK, GRAPH, LOGGER, OPTIONS } from '../../../core/tokens.js';
import { never, scripted } from '../../support/plugins.js';

const TAKES = 'takes every event and every batch without an error, flushes and stops in time';

/** For faults that only a deadline shows. */
const SOON_MS = 100;

/** Runs the kit, or one test of it, over a plugin; the names of the tests that fail. */
async function failures(
  definition: PluginDefinition,
  more: { options?: object; sample?: unknown; deadlineMs?: number } = {},
  only?: string,
) {
  const tests: { name: string; body: () => Promise<void> }[] = [];
  const suite = {
    describe: (_: string, body: () => void) => body(),
    it: (name: string, body: () => Promise<void>) => tests.push({ name, body }),
  };
  testPlugin(definition, { suite, ...more });
  const failed: string[] = [];
  for (const { name, body } of tests.filter((test) => only === undefined || test.name === only)) {
    await body().catch(() => failed.push(name));
  }
  assert.ok(tests.length >= 10);
  return failed;
}

const faulty = (hooks: MonitorPlugin, definition: Partial<PluginDefinition> = {}): PluginDefinition =>
  scripted('faulty', hooks, definition).definition;

describe('the conformance kit', () => {
  it('passes a plugin without fault', async () => {
    const options = z.strictObject({ token: z.string().meta({ secret: true }).describe('Token.') });

    const failed = await failures(faulty({}, { options }), {
      options: { token: 'hunter2hunter2' },
      sample: { plugins: { faulty: { token: 'another' } } },
    });

    assert.deepEqual(failed, []);
  });

  it('finds a sample that does not fit', async () => {
    assert.deepEqual(await failures(faulty({}), { sample: { plugins: { faulty: { typo: 1 } } } }), [
      'accepts its sample configuration',
    ]);
    assert.deepEqual(await failures(faulty({}), { sample: { plugins: {} } }), ['accepts its sample configuration']);
  });

  it('finds options that let unknown keys pass, and options without a description', async () => {
    const options = z.object({ silent: z.int().default(1) });

    assert.deepEqual(await failures(faulty({}, { options })), [
      'refuses an unknown option and names it',
      'describes every option',
    ]);
  });

  it('finds a hook that throws for some event, or for a batch without rows', async () => {
    const onEvents: MonitorPlugin['onEvents'] = (events) => {
      for (const { type } of events) if (type === 'monitor.caughtUp') throw new Error('unknown event');
    };
    const onSamples: MonitorPlugin['onSamples'] = ({ entities }) => {
      if (entities.length === 0) throw new Error('no rows');
    };

    assert.ok((await failures(faulty({ onEvents }))).includes(TAKES));
    assert.ok((await failures(faulty({ onSamples }))).includes(TAKES));
  });

  it('finds a plugin that changes an event or a column', async () => {
    const onEvents: MonitorPlugin['onEvents'] = ([event]) => {
      if (event !== undefined) (event as { seq: number }).seq = 0;
    };
    const onSamples: MonitorPlugin['onSamples'] = ({ columns }) => {
      for (const column of Object.values(columns)) (column as Float64Array).fill(0);
    };

    assert.ok((await failures(faulty({ onEvents }))).includes(TAKES));
    assert.deepEqual(await failures(faulty({ onSamples })), ['leaves the columns of a batch as they were']);
  });

  it('finds a stop that never returns, or fails the second time', async () => {
    let stops = 0;
    const stop = (): void => {
      if (++stops % 2 === 0) throw new Error('already stopped');
    };

    assert.ok((await failures(faulty({ stop: never }), { deadlineMs: SOON_MS })).includes(TAKES));
    assert.ok((await failures(faulty({ stop }))).includes('may be stopped twice, and called after it'));
  });

  it('finds a flush that ignores its signal', async () => {
    const failed = await failures(faulty({ flush: never }), { deadlineMs: SOON_MS });

    assert.ok(failed.includes('gives up a flush whose signal aborts'));
  });

  it('finds timers, handles, subscriptions that are left behind', async () => {
    const left: NodeJS.Timeout[] = [];
    @injectable()
    class Leaky implements MonitorPlugin {
      constructor(@inject(CLOCK) clock: Clock) {
        clock.setInterval(() => undefined, 1_000);
      }
    }
    @injectable()
    class Follower implements MonitorPlugin {
      constructor(@inject(GRAPH) graph: GraphReader) {
        graph.follow();
      }
    }
    const start = (): void => void left.push(setInterval(() => undefined, 60_000));

    for (const definition of [faulty({}, { plugin: Leaky }), faulty({}, { plugin: Follower }), faulty({ start })]) {
      assert.deepEqual(await failures(definition, { deadlineMs: SOON_MS }, TAKES), [TAKES]);
    }
    for (const timer of left) clearInterval(timer);
  });

  it('finds a secret that reaches a log past the host', async () => {
    const options = z.strictObject({ token: z.string().meta({ secret: true }).describe('Token.') });
    const lines: string[] = [];
    @injectable()
    class Talkative implements MonitorPlugin {
      readonly #token: string;
      constructor(@inject(OPTIONS) { token }: { token: string }, @inject(LOGGER) logger: Logger) {
        this.#token = token;
        logger.info(`token ${token}`);
        lines.push(token);
      }
      counters(): Record<string, number> {
        return { [this.#token]: 1 };
      }
    }

    const failed = await failures(faulty({}, { options, plugin: Talkative }), { options: { token: 'hunter2hunter2' } });

    assert.deepEqual(failed, ['tells no secret']);
  });
});
