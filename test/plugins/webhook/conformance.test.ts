import { describe, it } from 'vitest';
import { testPlugin } from '../../../core/testing/index.js';
import webhook from '../../../plugins/webhook/plugin.js';
import { pluginSample } from '../../support/plugin-sample.js';

testPlugin(webhook, {
  suite: { describe, it },
  sample: pluginSample('webhook'),
  options: {
    receivers: {
      generic: {
        kind: 'webhook',
        url: 'http://127.0.0.1:9/conformance-path-secret',
        secrets: [`whsec_${Buffer.alloc(32, 3).toString('base64')}`],
        headers: { authorization: 'Bearer conformance-bearer' },
      },
      chat: { kind: 'slack', url: 'http://127.0.0.1:9/services/T0/B0/conformance-slack' },
      robot: { kind: 'dingtalk', url: 'http://127.0.0.1:9/?access_token=conformance-token', secret: 'SECconformance' },
      pager: { kind: 'pagerduty', routingKey: 'conformance-routing-key-00000000' },
      manager: { kind: 'alertmanager', url: 'http://127.0.0.1:9' },
    },
    route: { receiver: 'generic', routes: [{ receiver: 'chat', continue: true }] },
    maintenance: [{ name: 'nightly', start: '02:00', end: '03:00' }],
  },
});
