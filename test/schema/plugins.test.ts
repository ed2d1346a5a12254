import { graphql } from 'graphql';
import * as mediasoup from 'mediasoup';
import { expect, it } from 'vitest';
import { createMonitor, use } from '../../core/index.js';
import example from '../../plugins/example/plugin.js';
import { buildSchema, createContext } from '../../schema/index.js';

it('a plugin is shown with its state, its health and what it counts by itself', async () => {
  const monitor = createMonitor({ mediasoup, plugins: [use(example)], host: { systemInformation: false } });
  await monitor.start();
  const contextValue = createContext(monitor, { scopes: new Set(['read']) });

  const source = '{ plugins { name state health healthReason errors counters { name value } } }';
  const { data, errors } = await graphql({ schema: buildSchema(), source, contextValue });

  await monitor.stop();
  expect(errors).toBeUndefined();
  expect(data?.plugins).toMatchObject([
    {
      name: 'example',
      state: 'RUNNING',
      health: 'OK',
      healthReason: null,
      errors: 0,
      counters: [
        { name: 'lines', value: 0 },
        { name: 'suppressedLines', value: 0 },
      ],
    },
  ]);
});
