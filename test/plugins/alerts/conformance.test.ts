import { describe, it } from 'vitest';
import { testPlugin } from '../../../core/testing/index.js';
import alerts from '../../../plugins/alerts/plugin.js';
import { pluginSample } from '../../support/plugin-sample.js';

testPlugin(alerts, {
  suite: { describe, it },
  sample: pluginSample('alerts'),
  options: { rules: [{ name: 'Mine', scope: 'consumer', when: 'consumer.score < 5 && worker.cpuRatio < 0.8' }] },
});
