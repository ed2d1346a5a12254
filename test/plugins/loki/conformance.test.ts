import { describe, it } from 'vitest';
import { testPlugin } from '../../../core/testing/index.js';
import loki from '../../../plugins/loki/plugin.js';
import { FakeLoki } from '../../support/fake-loki.js';
import { pluginSample } from '../../support/plugin-sample.js';

testPlugin(loki, {
  suite: { describe, it },
  sample: pluginSample('loki'),
  options: async () => {
    // The sample events are of long ago.
    const server = await FakeLoki.start({ maxAgeMs: Number.MAX_SAFE_INTEGER });
    const bearerToken = 'conformance-token-1';
    return { url: server.url, bearerToken, minLevel: 'DEBUG', samples: true, limits: { maxAgeHours: 87_600 } } as const;
  },
});
