import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { z } from 'zod';
import { inject, injectable } from '../../../core/container.js';
import { MonitorError } from '../../../core/errors.js';
import type { Logger } from '../../../core/logger.js';
import { definePlugin, type MonitorPlugin, use } from '../../../core/plugin.js';
import { sampleBatch } from '../../../core/testing/sample-batches.js';
import { sampleEvent } from '../../../core/testing/sample-events.js';
import { CLOCK, LOGGER, OPTIONS } from '../../../core/tokens.js';
import { never, pluginSet, scripted, turns } from '../../support/plugins.js';

const withCode =
  (code: string, text: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof MonitorError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  };

describe('preparing plugins', () => {
  it('refuses two uses of one name', () => {
    assert.throws(
      () => pluginSet([scripted('a', {}), scripted('a', {})]),
      withCode('SFUSCOPE_PLUGIN_DUPLICATE', /'a'.*Give the second use a name/),
    );
  });

  it('takes one plugin twice under two names', () => {
    const first = scripted('a', {});

    const { set } = pluginSet([first, { ...first, as: 'b' }]);

    assert.deepEqual(
      set.status().map(({ name, state }) => [name, state]),
      [
        ['a', 'created'],
        ['b', 'created'],
      ],
    );
  });

  it('refuses a name that is not kebab-case', () => {
    assert.throws(() => pluginSet([scripted('My Plugin', {})]), withCode('SFUSCOPE_PLUGIN_NAME', /"My Plugin"/));
  });

  it('refuses a plugin of another API version', () => {
    const old = scripted('old', {}, { apiVersion: 0 as 1 });

    assert.throws(
      () => pluginSet([old]),
      withCode('SFUSCOPE_PLUGIN_API_VERSION', /'old' was made for plugin API 0; this is 1/),
    );
  });

  it('refuses a circle of startsAfter and shows it', () => {
    const uses = [scripted('a', {}, { startsAfter: ['b'] }), scripted('b', {}, { startsAfter: ['a'] })];

    assert.throws(() => pluginSet(uses), withCode('SFUSCOPE_PLUGIN_ORDER', /a → b → a/));
  });

  it('refuses startsAfter of a plugin that is not in use', () => {
    assert.throws(
      () => pluginSet([scripted('a', {}, { startsAfter: ['zebra'] })]),
      withCode('SFUSCOPE_PLUGIN_ORDER', /'a' starts after 'zebra', which is not in use/),
    );
  });

  it('tells the wrong options of all plugins at once, and makes none of them', () => {
    let made = 0;
    const options = z.strictObject({ url: z.url() });
    const counted = class {
      constructor() {
        made++;
      }
    };
    const uses = [
      scripted('a', {}, { options, plugin: counted }, { urll: 'http://x' }),
      scripted('b', {}, { options, plugin: counted }, { url: 5 }),
    ];

    assert.throws(
      () => pluginSet(uses),
      withCode(
        'SFUSCOPE_OPTIONS_INVALID',
        /plugins\.a\.url: .*\n- plugins\.a\.urll: .*"url".*\n- plugins\.b\.url: .*found 5/,
      ),
    );
    assert.equal(made, 0);
  });
});

describe('starting and stopping plugins', () => {
  it('starts in order, each after those it names, and stops in reverse', async () => {
    const calls: string[] = [];
    const logged = (name: string): MonitorPlugin => ({
      start: () => void calls.push(`start ${name}`),
      flush: async () => void calls.push(`flush ${name}`),
      stop: () => void calls.push(`stop ${name}`),
    });
    const { set } = pluginSet([
      scripted('a', logged('a'), { startsAfter: ['c'] }),
      scripted('b', logged('b')),
      scripted('c', logged('c')),
    ]);

    await set.start();
    await set.stop();

    assert.deepEqual(calls, [
      'start c',
      'start a',
      'start b',
      'flush c',
      'flush a',
      'flush b',
      'stop b',
      'stop a',
      'stop c',
    ]);
    assert.ok(set.status().every(({ state }) => state === 'stopped'));
  });

  it('gives each plugin its own options, a logger with its name, and the services of the monitor', async () => {
    const seen: unknown[] = [];
    @injectable()
    class Injected implements MonitorPlugin {
      constructor(
        @inject(OPTIONS) options: unknown,
        @inject(LOGGER) logger: Logger,
        @inject(CLOCK) clock: unknown,
        @inject('own') own: string,
      ) {
        seen.push(options, clock, own);
        logger.info('made');
      }
    }
    const definition = definePlugin({
      name: 'injected',
      apiVersion: 1,
      options: z.strictObject({ n: z.int().default(3) }),
      interest: {},
      plugin: Injected,
      provide: (scope, { n }) => void scope.register('own', { useValue: `own ${n}` }),
    });
    const { set, scope, clock, logger } = pluginSet([use(definition), use(definition, { n: 4 }, 'second')]);
    scope.registerInstance(CLOCK, clock);

    await set.start();

    assert.deepEqual(seen, [{ n: 3 }, clock, 'own 3', { n: 4 }, clock, 'own 4']);
    assert.deepEqual(
      logger.lines.map(({ fields }) => fields.plugin),
      ['injected', 'second'],
    );
    assert.equal(scope.isRegistered(OPTIONS), false);
    await set.stop();
  });

  it('rejects with the name of a plugin whose constructor throws, and stops those before it', async () => {
    const calls: string[] = [];
    class Broken {
      constructor() {
        throw new Error('no such file');
      }
    }
    const { set } = pluginSet([
      scripted('good', { stop: () => void calls.push('stop good') }),
      scripted('bad', {}, { plugin: Broken }),
      scripted('never', { start: () => void calls.push('start never') }),
    ]);

    await assert.rejects(
      set.start(),
      withCode('SFUSCOPE_PLUGIN_CONSTRUCT', /^Plugin 'bad' could not be made: no such file\./),
    );

    assert.deepEqual(calls, ['stop good']);
  });

  it('rejects with the name of a plugin whose start fails, and lets it release what it had begun', async () => {
    const calls: string[] = [];
    const { set } = pluginSet([
      scripted('good', { stop: () => void calls.push('stop good') }),
      scripted('bad', {
        start: async () => {
          throw new Error('refused', { cause: new Error('ECONNREFUSED 127.0.0.1:1') });
        },
        stop: () => void calls.push('stop bad'),
      }),
    ]);

    await assert.rejects(
      set.start(),
      withCode('SFUSCOPE_PLUGIN_START', /^Plugin 'bad' could not start: refused: ECONNREFUSED 127\.0\.0\.1:1\./),
    );

    assert.deepEqual(calls, ['stop bad', 'stop good']);
    assert.deepEqual(
      set.status().map(({ state }) => state),
      ['stopped', 'failed'],
    );
  });

  it('gives up a start that never returns at its deadline, with advice', async () => {
    const aborted: boolean[] = [];
    const { set, clock } = pluginSet([
      scripted('slow', {
        start: (signal) => {
          signal.addEventListener('abort', () => aborted.push(true));
          return never();
        },
      }),
    ]);
    const started = set.start();
    started.catch(() => undefined);

    await clock.advanceAsync(10_000);

    await assert.rejects(
      started,
      withCode(
        'SFUSCOPE_PLUGIN_START_TIMEOUT',
        /^Plugin 'slow' did not start within 10 s\. Is what it connects to reachable\?/,
      ),
    );
    assert.deepEqual(aborted, [true]);
    assert.equal(clock.pending, 0);
  });

  it('releases a plugin again whose start ends after it was given up', async () => {
    let finish: () => void = () => undefined;
    let stops = 0;
    const { set, clock } = pluginSet([
      scripted('late', {
        start: () => new Promise<void>((resolve) => (finish = resolve)),
        stop: () => void stops++,
      }),
    ]);
    const started = set.start();
    started.catch(() => undefined);
    await clock.advanceAsync(10_000);
    assert.equal(stops, 1);

    finish();
    await turns();

    assert.equal(stops, 2);
  });

  it('goes on without a plugin that may be missing', async () => {
    const { set, emitted, logger } = pluginSet([
      scripted('optional', { start: () => Promise.reject(new Error('refused')) }, { onStartError: 'disable' }),
      scripted('good', {}),
    ]);

    await set.start();

    assert.deepEqual(
      set.status().map(({ state }) => state),
      ['failed', 'running'],
    );
    assert.match(JSON.stringify(set.status()[0]?.health), /failing.*did not start.*refused/);
    assert.equal(emitted.length, 1);
    assert.deepEqual(emitted[0]?.type, 'monitor.pluginFailed');
    assert.deepEqual(logger.messages('error'), ['plugin did not start']);
    await set.stop();
  });

  it('tries again in the background, with growing waits, and delivers once it runs', async () => {
    const attempts: number[] = [];
    const events: string[] = [];
    const { set, clock, emitted, logger } = pluginSet([
      scripted(
        'broker',
        {
          start: async () => {
            attempts.push(clock.monotonic());
            if (attempts.length < 4) throw new Error('refused');
          },
          onEvents: (batch) => void events.push(...batch.map(({ type }) => type)),
        },
        { onStartError: 'retry' },
      ),
    ]);
    await set.start();
    assert.equal(set.status()[0]?.state, 'starting');
    set.publish(sampleEvent('room.opened'));

    for (let i = 0; i < 80; i++) await clock.advanceAsync(100);
    set.publish(sampleEvent('room.closed'));
    await turns();

    assert.equal(attempts.length, 4);
    const waits = attempts.slice(1).map((at, i) => at - (attempts[i] ?? 0));
    assert.ok(
      waits.every((wait, i) => wait >= 800 * 2 ** i && wait <= 1000 * 2 ** i),
      waits.join(),
    );
    assert.equal(set.status()[0]?.state, 'running');
    assert.deepEqual(events, ['room.closed']);
    assert.equal(emitted.filter(({ type }) => type === 'monitor.pluginFailed').length, 1);
    assert.deepEqual(logger.messages('error'), ['plugin did not start']);
    assert.deepEqual(logger.messages('info'), ['plugin started']);
    await set.stop();
    assert.equal(clock.pending, 0);
  });

  it('stops while a plugin is starting, and leaves nothing running', async () => {
    const calls: string[] = [];
    const { set, clock } = pluginSet([
      scripted('first', { stop: () => void calls.push('stop first') }),
      scripted('slow', {
        start: (signal) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
        stop: () => void calls.push('stop slow'),
      }),
      scripted('last', { start: () => void calls.push('start last') }),
    ]);
    const started = set.start();
    started.catch(() => undefined);
    await turns();

    await set.stop();

    await assert.rejects(started, /Stopped while it started/);
    assert.deepEqual(calls, ['stop slow', 'stop first']);
    assert.deepEqual(
      set.status().map(({ state }) => state),
      ['stopped', 'stopped', 'created'],
    );
    assert.equal(clock.pending, 0);
  });

  it('stops while it waits to try a start again', async () => {
    let attempts = 0;
    const { set, clock } = pluginSet([
      scripted(
        'broker',
        {
          start: async () => {
            attempts++;
            throw new Error('refused');
          },
        },
        { onStartError: 'retry' },
      ),
    ]);
    await set.start();

    await set.stop();
    await clock.advanceAsync(100_000);

    assert.equal(attempts, 1);
    assert.equal(clock.pending, 0);
    assert.equal(set.status()[0]?.state, 'stopped');
  });

  it('does not let a plugin that fails or hangs at the end keep the others from stopping', async () => {
    const calls: string[] = [];
    const { set, clock, logger } = pluginSet([
      scripted('good', { stop: () => void calls.push('stop good') }),
      scripted('throws', {
        flush: () => Promise.reject(new Error('flush failed')),
        stop: () => {
          throw new Error('stop failed');
        },
      }),
      scripted('hangs', { flush: never, stop: never }),
    ]);
    await set.start();

    const stopped = set.stop();
    await clock.advanceAsync(5_000);
    await clock.advanceAsync(5_000);
    await stopped;

    assert.deepEqual(calls, ['stop good']);
    const errors = logger.messages('error');
    assert.equal(errors.length, 4);
    assert.match(errors[0] ?? '', /^\[throws\] Plugin 'throws' could not flush: flush failed\./);
    assert.match(errors[1] ?? '', /^\[hangs\] Plugin 'hangs' did not flush within 5 s\./);
    assert.match(errors[2] ?? '', /^\[hangs\] Plugin 'hangs' did not stop within 5 s\./);
    assert.match(errors[3] ?? '', /^\[throws\] Plugin 'throws' could not stop: stop failed\./);
    assert.equal(clock.pending, 0);
  });

  it('delivers what was published before the stop, and nothing after it', async () => {
    const seen: string[] = [];
    const { set } = pluginSet([
      scripted('a', {
        onEvents: (events) => void seen.push(...events.map(({ type }) => type)),
        onSamples: () => void seen.push('batch'),
        flush: async () => void seen.push('flush'),
        stop: () => void seen.push('stop'),
      }),
    ]);
    await set.start();
    set.publish(sampleEvent('room.opened'));

    const stopped = set.stop();
    set.publish(sampleEvent('room.closed'));
    set.deliver(sampleBatch('worker'));
    await stopped;
    set.publish(sampleEvent('room.closed'));
    await turns();

    assert.deepEqual(seen, ['room.opened', 'flush', 'stop']);
    assert.equal(set.stop(), stopped);
  });

  it('names every plugin that could not deliver what it holds', async () => {
    const { set } = pluginSet([
      scripted('good', { flush: async () => undefined }),
      scripted('bad', { flush: () => Promise.reject(new Error('refused')) }),
    ]);
    await set.start();

    await assert.rejects(set.flush(), (error: unknown) => {
      assert.ok(error instanceof AggregateError);
      assert.match(error.message, /bad/);
      assert.equal((error.errors[0] as MonitorError).plugin, 'bad');
      return true;
    });
    await set.stop();
  });

  it('never tells a secret in an error, a log line or the status', async () => {
    const options = z.strictObject({ password: z.string().meta({ secret: true }) });
    const refuse = (): never => {
      throw new Error('login as bob:hunter2hunter2 at amqp://bob:other@host failed');
    };
    @injectable()
    class Leaky implements MonitorPlugin {
      readonly start = refuse;
      constructor(@inject(OPTIONS) given: { password: string }, @inject(LOGGER) log: Logger) {
        log
          .child({ given })
          .warn(`password ${given.password}`, { deep: [{ given }], error: new Error(given.password) });
      }
    }
    const leaky = scripted('leaky', {}, { options, plugin: Leaky }, { password: 'hunter2hunter2' });
    const { set, logger } = pluginSet([leaky]);

    const error = await set.start().then(
      () => undefined,
      (reason: unknown) => reason as MonitorError,
    );

    const told = [
      error?.message,
      (error?.cause as Error | undefined)?.message,
      JSON.stringify(logger.lines),
      JSON.stringify(set.status()),
    ];
    assert.equal(logger.messages('warn')[0], 'password ***');
    assert.match(told[0] ?? '', /login as bob:\*\*\* at amqp:\/\/\*\*\*@host failed/);
    assert.ok(
      told.every((text) => !/hunter2|other@/.test(text ?? '')),
      told.join('\n'),
    );
  });
});
