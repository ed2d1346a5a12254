import { afterAll, beforeAll, describe, it } from 'vitest';
import { testPlugin } from '../../../core/testing/test-plugin.js';
import amqp from '../../../plugins/amqp/plugin.js';
import { Rabbitmq, withoutRabbitmq } from '../../support/amqp/rabbitmq.js';
import { pluginSample } from '../../support/plugin-sample.js';

describe.skipIf(withoutRabbitmq)('with a broker', () => {
  let broker: Rabbitmq;
  beforeAll(async () => {
    broker = await Rabbitmq.start();
  }, 180_000);
  afterAll(() => broker?.remove());

  testPlugin(amqp, {
    suite: { describe, it: (name, body) => it(name, { timeout: 120_000 }, body) },
    sample: pluginSample('amqp'),
    options: () => ({ url: broker.url, username: 'guest', password: 'guest' }),
    deadlineMs: 20_000,
  });
});
