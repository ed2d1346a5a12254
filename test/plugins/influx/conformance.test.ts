import { describe, it } from 'vitest';
import { testPlugin } from '../../../core/testing/index.js';
import influx from '../../../plugins/influx/plugin.js';
import { FakeInflux2 } from '../../support/fake-influx2.js';
import { pluginSample } from '../../support/plugin-sample.js';

const token = 'conformance-token-1';

testPlugin(influx, {
  suite: { describe, it },
  sample: pluginSample('influx'),
  options: async () => {
    const { url } = await FakeInflux2.start(token);
    return { url, v2: { org: 'my org', bucket: 'sfu', token }, rooms: { enabled: true }, events: { enabled: true } };
  },
});
