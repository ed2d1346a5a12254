import assert from 'node:assert/strict';
import type { DependencyContainer } from 'tsyringe';
import type { z } from 'zod';
import { MonitorError } from '../errors.js';
import type { AnySampleBatch } from '../model/samples.js';
import { parseOptions } from '../option-errors.js';
import { describeOptions } from '../option-rows.js';
import type { MonitorPlugin, PluginDefinition } from '../plugin.js';
import { secretValues } from '../secrets.js';
import { type Feed, PluginRig } from './plugin-rig.js';
import { sampleBatches } from './sample-batches.js';
import { sampleEvents } from './sample-events.js';
import { settlesWithin } from './wait-until.js';

/** How long a plugin may take to start, flush and stop in a test, in ms: enough for a slow machine, as nobody waits for it but a fault. */
const DEADLINE_MS = 20_000;

/** The two functions of a test runner: vitest, mocha, jest and node:test all have them. */
export interface Suite {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

export interface PluginTestOptions<S extends z.ZodType> {
  readonly suite: Suite;
  /** Options to run with, or a function that gives them before each test, for example of a server that listens by then. @default {} */
  readonly options?: z.input<S> | (() => z.input<S> | Promise<z.input<S>>);
  /** The parsed content of the plugin's `sample.yaml`: a configuration with `plugins.<name>`. */
  readonly sample?: unknown;
  /** What to feed besides one event of every type and every kind of batch. */
  readonly feed?: Feed;
  /** Registers services in place of the sample ones. */
  readonly provide?: (scope: DependencyContainer) => void;
  /** How long in ms a plugin may take to start, to stop, and to give up a flush; whoever is quicker is not held up. @default 20000 */
  readonly deadlineMs?: number;
}

/** Declares the tests every plugin must pass. The plugin's own tests come after it, for what is its own. */
export function testPlugin<S extends z.ZodType>(definition: PluginDefinition<S>, given: PluginTestOptions<S>): void {
  const { suite, sample, feed = {}, provide, deadlineMs = DEADLINE_MS } = given;
  const { name } = definition;
  const plain = definition as unknown as PluginDefinition;

  const optionsNow = async (): Promise<unknown> => {
    const { options } = given;
    return typeof options === 'function' ? await (options as () => unknown)() : (options ?? {});
  };
  const test = (title: string, body: (rig: PluginRig, options: unknown) => Promise<void>): void => {
    suite.it(title, async () => {
      const options = await optionsNow();
      const rig = new PluginRig(plain, options, deadlineMs, provide);
      try {
        await body(rig, options);
      } finally {
        await rig.end();
      }
    });
  };

  suite.describe(`plugin ${name} conforms: it`, () => {
    if (sample !== undefined) {
      suite.it('accepts its sample configuration', async () => {
        const plugins = (sample as { readonly plugins?: Readonly<Record<string, unknown>> } | null)?.plugins;
        assert.ok(plugins !== undefined && name in plugins, `the sample must have plugins.${name}`);
        parseOptions(definition.options, plugins[name] ?? {}, `plugins.${name}`);
      });
    }

    suite.it('refuses an unknown option and names it', async () => {
      const options = { ...((await optionsNow()) as object), conformanceProbe: 1 };
      assert.throws(
        () => parseOptions(definition.options, options, `plugins.${name}`),
        (error: unknown) => {
          assert.ok(error instanceof MonitorError);
          assert.ok(error.message.includes(`plugins.${name}.conformanceProbe`), error.message);
          return true;
        },
        'options must be a z.strictObject',
      );
    });

    suite.it('describes every option', async () => {
      const silent = describeOptions(definition.options).filter(({ description }) => description === '');
      assert.deepEqual(
        silent.map(({ path }) => path),
        [],
        'every option needs .describe()',
      );
    });

    test('takes every event and every batch without an error, flushes and stops in time', async (rig) => {
      await rig.start();
      await rig.feed({});
      await rig.feed({ events: [], batches: [], ...feed });
      assert.deepEqual([rig.status.errors, rig.status.lastError], [0, null]);
      await rig.stop();
      assert.equal(rig.status.state, 'stopped');
      await rig.assertNothingLeft();
    });

    test('leaves the columns of a batch as they were', async (rig) => {
      await rig.start();
      const batches = [...sampleBatches(), ...(feed.batches ?? [])];
      const copies = batches.map((batch) => batch.copy());
      // Events need no look: they are frozen, so that a change throws.
      await rig.feed({ events: [], batches });
      assert.deepEqual(batches.map(contentOf), copies.map(contentOf));
      await rig.stop();
    });

    test('may be stopped twice, and called after it', async (rig) => {
      await rig.start();
      await rig.feed({});
      await rig.stop();
      const { plugin } = rig.probe;
      assert.ok(plugin !== undefined);
      await plugin.stop?.(AbortSignal.timeout(deadlineMs));
      callAll(plugin);
      await plugin.stop?.(AbortSignal.timeout(deadlineMs));
      await rig.assertNothingLeft();
    });

    test('may be stopped while it starts', async (rig) => {
      const started = rig.set.start();
      started.catch(() => undefined);
      assert.ok(await settlesWithin(rig.set.stop(), 2 * deadlineMs), 'the stop must end');
      await rig.assertNothingLeft();
    });

    test('gives up a flush whose signal aborts', async (rig) => {
      await rig.start();
      await rig.feed({});
      const { plugin } = rig.probe;
      const flushed = Promise.all([
        plugin?.flush?.(AbortSignal.abort(new Error('aborted before'))),
        plugin?.flush?.(AbortSignal.timeout(1)),
      ]);
      assert.ok(await settlesWithin(flushed, deadlineMs), 'an aborted flush must settle');
      await rig.set.stop();
      await rig.assertNothingLeft();
    });

    test('is delivered nothing after its stop began', async (rig) => {
      await rig.start();
      const stopped = rig.set.stop();
      await rig.feed({});
      await stopped;
      const { calls } = rig.probe;
      assert.deepEqual(
        calls.filter((hook) => hook === 'onEvents' || hook === 'onSamples'),
        [],
      );
    });

    test('does no harm when a hook throws', async (rig) => {
      for (const hook of ['onEvents', 'onSamples', 'flush', 'health', 'counters'] as const)
        rig.probe.sabotaged.add(hook);
      await rig.start();
      for (let i = 0; i < 6; i++) await rig.feed({});
      assert.ok(rig.status.health.status !== 'ok' || rig.status.errors === 0);
      await rig.set.stop();
      assert.equal(rig.status.state, 'stopped');
      await rig.assertNothingLeft();
    });

    test('tells no secret', async (rig, options) => {
      await rig.start();
      await rig.feed({});
      // Its health and counters are to be seen only while it runs.
      const toldWhileRunning = rig.told;
      await rig.set.stop();
      const told = [toldWhileRunning, rig.told, refusalOf(definition, options)].join('\n');
      for (const secret of secretValues(definition.options, options)) assert.ok(!told.includes(secret), told);
    });
  });
}

function contentOf({ kind, entities, columns }: AnySampleBatch): unknown {
  return { kind, entities, columns };
}

/** Calls what the host would never call any more: a plugin must bear it, for a timer of its own may come late. */
function callAll(plugin: MonitorPlugin): void {
  plugin.onEvents?.(sampleEvents());
  for (const batch of sampleBatches()) plugin.onSamples?.(batch);
  plugin.health?.();
  plugin.counters?.();
}

/** What is said of the same options with one key too many. */
function refusalOf(definition: PluginDefinition<z.ZodType>, options: unknown): string {
  try {
    parseOptions(definition.options, { ...(options as object), conformanceProbe: 1 }, `plugins.${definition.name}`);
    return '';
  } catch (error) {
    return String(error);
  }
}
