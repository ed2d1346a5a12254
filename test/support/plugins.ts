import { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import { createScope } from '../../core/container.js';
import { pluginHostOptions } from '../../core/dispatch/options.js';
import { PluginSet, type PluginSetOptions } from '../../core/dispatch/plugin-set.js';
import type { MonitorPlugin, PluginDefinition, PluginUse } from '../../core/plugin.js';
import type { EventInput } from '../../core/source.js';
import { ManualClock } from '../../core/testing/manual-clock.js';
import { RecordingLogger } from '../../core/testing/recording-logger.js';

/** A use of a plugin that does what the given hooks do, and takes everything. */
export function scripted(
  name: string,
  hooks: MonitorPlugin,
  definition: Partial<PluginDefinition> = {},
  options: unknown = {},
): PluginUse {
  class Scripted {
    constructor() {
      Object.assign(this, hooks);
    }
  }
  return {
    as: name,
    options,
    definition: {
      name,
      apiVersion: 1,
      options: z.strictObject({}),
      interest: { events: 'all', samples: 'all' },
      plugin: Scripted,
      ...definition,
    },
  };
}

/** A prepared set with everything to look at. */
export function pluginSet(
  uses: readonly PluginUse[],
  options: z.input<typeof pluginHostOptions> = {},
  clock: Clock = new ManualClock(),
  runDelay: PluginSetOptions['runDelay'] = { ms: () => 0, close: () => undefined },
) {
  const emitted: EventInput[] = [];
  const logger = new RecordingLogger();
  const scope = createScope();
  const set = new PluginSet({
    uses,
    scope,
    clock,
    logger,
    options: pluginHostOptions.parse(options),
    emit: (event) => emitted.push(event),
    ...(runDelay !== undefined && { runDelay }),
  });
  set.prepare();
  return { set, emitted, logger, scope, clock: clock as ManualClock };
}

/** Lets everything that is ready happen: a few turns of the event loop. */
export async function turns(count = 4): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A promise that never settles. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}
