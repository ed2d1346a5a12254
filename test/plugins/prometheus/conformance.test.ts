import { describe, it } from 'vitest';
import { testPlugin } from '../../../core/testing/index.js';
import prometheus from '../../../plugins/prometheus/plugin.js';
import { pluginSample } from '../../support/plugin-sample.js';

testPlugin(prometheus, {
  suite: { describe, it },
  sample: pluginSample('prometheus'),
  options: {
    port: 0,
    token: 'conformance-token-1',
    rooms: { enabled: true },
    byId: { producers: true, consumers: true, labels: ['room', 'peer'] },
    compat: ['edumeet', 'mediasoup-exporter'],
    groupBy: { labels: ['region'] },
  },
});
