import assert from 'node:assert/strict';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { describe, it } from 'vitest';
import { SinkError } from '../../../core/index.js';
import { alertmanagerApi } from '../../../plugins/webhook/dialects/alertmanager-api.js';
import { alertmanagerWebhook } from '../../../plugins/webhook/dialects/alertmanager-webhook.js';
import type { Dialect } from '../../../plugins/webhook/dialects/dialect.js';
import { dingTalk } from '../../../plugins/webhook/dialects/dingtalk.js';
import { pagerDuty } from '../../../plugins/webhook/dialects/pagerduty.js';
import { slack } from '../../../plugins/webhook/dialects/slack.js';
import { signingKey } from '../../../core/index.js';
import type { Notification } from '../../../plugins/webhook/notification.js';
import { DingTalkFake } from '../../support/webhook/dingtalk-fake.js';
import { PagerDutyFake } from '../../support/webhook/pagerduty-fake.js';
import type { Received, Reply } from '../../support/webhook/receiver-server.js';
import { sampleNotification, sampleNotified } from '../../support/webhook/sample-notification.js';
import { SlackFake } from '../../support/webhook/slack-fake.js';

const NOW = 1_700_000_100_000;
const SLACK_PATH = '/services/T0001/B0001/abcdefghijklmnopqrstuvwx';
const HOSTILE = '"\\\u0001<!channel>\n'.repeat(2_000);

/** What a receiver would have got, without the network between. */
function spoken(dialect: Dialect, notification: Notification, path: string, now = NOW): Received {
  const { headers, body, query } = dialect.message(notification, now);
  return {
    path,
    query: new URLSearchParams({ access_token: 'token', ...query }),
    headers: { ...headers },
    body,
    at: now,
  };
}

/** Judges a reply as the courier does. */
function judged(dialect: Dialect, reply: Reply): SinkError | null {
  assert.ok(typeof reply === 'object');
  try {
    dialect.judge({ status: reply.status, headers: reply.headers ?? {}, text: reply.body ?? '' }, NOW);
    return null;
  } catch (error) {
    assert.ok(error instanceof SinkError);
    return error;
  }
}

/** The worst that alerts can bring: 100 of them with long texts of letters that take much room. */
function hugeNotification(text: string): Notification {
  const alerts = Array.from({ length: 100 }, (_, i) =>
    sampleNotified({
      labels: { alertname: `${text.slice(0, 1_000)}${i}`, severity: 'critical' },
      annotations: { summary: text, description: text, verdict: text, examples: text, query: text },
      generatorUrl: `https://sfu.example/?query=${'%7B'.repeat(5_000)}`,
    }),
  );
  return sampleNotification({}, alerts);
}

const TEXTS = {
  long: 'x'.repeat(20_000),
  wide: '警'.repeat(20_000),
  pairs: '🔥'.repeat(10_000),
  hostile: HOSTILE,
  control: '\u0001'.repeat(20_000),
};

describe('Slack', () => {
  it('takes what is sent to it', () => {
    const fake = new SlackFake(() => NOW);
    const dialect = slack('https://hooks.slack.com');
    const reply = fake.answer(spoken(dialect, sampleNotification(), SLACK_PATH));

    assert.equal(judged(dialect, reply), null);
    assert.equal(
      fake.texts[0],
      '[FIRING:1] ProducerStalled: Producer 4711 sends nothing.\n[FIRING:1] ProducerStalled\n' +
        '*warning* Producer 4711 sends nothing.\nLook at its network.\n<https://sfu.example/graphql?query=%7B%7D|Show it>',
    );
  });

  it.each(Object.entries(TEXTS))('takes a hundred alerts with %s texts', (_, text) => {
    const dialect = slack('https://hooks.slack.com');

    assert.deepEqual(new SlackFake(() => NOW).answer(spoken(dialect, hugeNotification(text), SLACK_PATH)), {
      status: 200,
      body: 'ok',
    });
  });

  it('is not made to call a channel by what stands in an alert', () => {
    const alert = sampleNotified({ annotations: { summary: '<!channel> & <@U1>' } });
    const { body } = slack('').message(sampleNotification({}, [alert]), NOW);

    assert.ok(!body.includes('<!channel>') && !body.includes('<@U1>'), body);
    assert.ok(body.includes('&lt;!channel&gt; &amp; &lt;@U1&gt;'), body);
  });

  it('has messages given up that it refuses for good, and others tried again', () => {
    const dialect = slack('https://hooks.slack.com');
    const isTriedAgain = (status: number, body: string): boolean =>
      judged(dialect, { status, body })?.recoverable ?? false;

    assert.equal(isTriedAgain(400, 'invalid_payload'), false);
    assert.equal(isTriedAgain(400, 'invalid_blocks'), false);
    assert.equal(isTriedAgain(410, 'channel_is_archived'), false);
    assert.equal(isTriedAgain(403, 'action_prohibited'), true);
    assert.equal(isTriedAgain(404, 'no_service'), true);
    assert.equal(isTriedAgain(500, 'rollup_error'), true);
    assert.equal(isTriedAgain(200, '<html>Please log in</html>'), true);
    assert.equal(
      judged(dialect, { status: 429, body: 'rate_limited', headers: { 'retry-after': '7' } })?.retryAfterMs,
      7_000,
    );
  });
});

describe('DingTalk', () => {
  const OPTIONS = { secret: 'SEC0123456789', atMobiles: ['13800000000'], atAll: false };
  const fakeAt = (now: number) => new DingTalkFake({ token: 'token', secret: OPTIONS.secret, now: () => now });

  it('takes what is sent to it, signed', () => {
    const fake = fakeAt(NOW);
    const dialect = dingTalk('https://oapi.dingtalk.com', OPTIONS);

    assert.equal(judged(dialect, fake.answer(spoken(dialect, sampleNotification(), '/robot/send'))), null);
    assert.equal(
      fake.texts[0],
      '### [FIRING:1] ProducerStalled\n\n- **warning** Producer 4711 sends nothing. ' +
        '[show](https://sfu.example/graphql?query=%7B%7D)\n\n@13800000000',
    );
  });

  it.each(Object.entries(TEXTS))('takes a hundred alerts with %s texts', (_, text) => {
    const options = { ...OPTIONS, atMobiles: Array.from({ length: 50 }, (__, i) => `+86-1380000000000${i + 10}`) };
    const dialect = dingTalk('', options);

    assert.equal(judged(dialect, fakeAt(NOW).answer(spoken(dialect, hugeNotification(text), '/robot/send'))), null);
  });

  it('answers 200 to what it refuses, and is not believed', () => {
    const dialect = dingTalk('https://oapi.dingtalk.com', OPTIONS);
    const wrong = dingTalk('', { ...OPTIONS, secret: 'SEC-other' });
    const error = judged(dialect, fakeAt(NOW).answer(spoken(wrong, sampleNotification(), '/robot/send')));

    assert.equal(error?.message, 'https://oapi.dingtalk.com: errcode 310000 (sign not match)');
    assert.equal(error?.recoverable, false);
    assert.equal(judged(dialect, { status: 200, body: '<html>' })?.recoverable, true);
    assert.equal(judged(dialect, { status: 200, body: '{"errcode":-1,"errmsg":"system busy"}' })?.recoverable, true);
    assert.equal(judged(dialect, { status: 502 })?.recoverable, true);
  });

  it('refuses a signature that is more than an hour old', () => {
    const dialect = dingTalk('', OPTIONS);
    const error = judged(dialect, fakeAt(NOW + 3_600_001).answer(spoken(dialect, sampleNotification(), '/robot/send')));

    assert.match(error?.message ?? '', /invalid timestamp/);
  });

  it('is left alone for ten minutes when there were more than 20 in a minute', () => {
    const fake = fakeAt(NOW);
    const dialect = dingTalk('', OPTIONS);
    const replies = Array.from({ length: 21 }, () => fake.answer(spoken(dialect, sampleNotification(), '/robot/send')));
    const errors = replies.map((reply) => judged(dialect, reply));

    assert.equal(errors.filter((error) => error === null).length, 20);
    assert.deepEqual([errors.at(-1)?.recoverable, errors.at(-1)?.retryAfterMs], [true, 600_000]);
  });
});

describe('PagerDuty', () => {
  const OPTIONS = { routingKey: '0123456789abcdef0123456789abcdef', source: 'sfu-1' };
  const dialect = pagerDuty('https://events.pagerduty.com', OPTIONS);

  it('opens an incident for a group, updates it and closes it', () => {
    const fake = new PagerDutyFake();
    const other = sampleNotified({ labels: { alertname: 'ProducerStalled', severity: 'critical', room: 'r2' } });
    const key = 'long '.repeat(200);
    const firing = sampleNotification({ groupKey: key });
    assert.equal(judged(dialect, fake.answer(spoken(dialect, firing, '/v2/enqueue'))), null);
    const more = sampleNotification({ groupKey: key }, [sampleNotified(), other]);
    assert.equal(judged(dialect, fake.answer(spoken(dialect, more, '/v2/enqueue'))), null);
    assert.deepEqual([...fake.open.values()], ['[FIRING:2] ProducerStalled: Producer 4711 sends nothing.']);
    const over = sampleNotification({ groupKey: key }, [sampleNotified({ status: 'resolved' })]);
    assert.equal(judged(dialect, fake.answer(spoken(dialect, over, '/v2/enqueue'))), null);

    assert.equal(fake.open.size, 0);
    assert.deepEqual(
      fake.events.map((event) => (event.event_action === 'trigger' ? event.payload.severity : 'resolve')),
      ['warning', 'critical', 'resolve'],
    );
  });

  it.each(Object.entries(TEXTS))('takes a hundred alerts with %s texts', (_, text) => {
    const fake = new PagerDutyFake();

    assert.equal(judged(dialect, fake.answer(spoken(dialect, hugeNotification(text), '/v2/enqueue'))), null);
  });

  it('has the list of errors told, and events given up that it refuses', () => {
    const bad = pagerDuty('https://events.pagerduty.com', { ...OPTIONS, routingKey: 'short' });
    const error = judged(dialect, new PagerDutyFake().answer(spoken(bad, sampleNotification(), '/v2/enqueue')));

    assert.equal(error?.recoverable, false);
    assert.match(error?.message ?? '', /HTTP 400 .*Event object is invalid.*routing_key/);
    assert.equal(judged(dialect, { status: 429 })?.recoverable, true);
    assert.equal(judged(dialect, { status: 202 }), null);
  });
});

describe('the generic webhook', () => {
  const OLD = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const NEW = `whsec_${Buffer.alloc(24, 2).toString('base64')}`;
  const signedWith = (...secrets: string[]) => {
    const now = Date.now();
    const { headers, body } = alertmanagerWebhook('', secrets.map(signingKey)).message(sampleNotification(), now);
    return { headers: { ...headers }, body };
  };

  it('is signed so that the reference library of Standard Webhooks verifies it', () => {
    const { headers, body } = signedWith(OLD);

    assert.equal((new Webhook(OLD).verify(body, headers) as { version: string }).version, '4');
    assert.throws(() => new Webhook(OLD).verify(`${body} `, headers), WebhookVerificationError);
    assert.throws(() => new Webhook(NEW).verify(body, headers), WebhookVerificationError);
  });

  it('is signed with every key while keys are rotated', () => {
    const { headers, body } = signedWith(NEW, OLD);

    new Webhook(OLD).verify(body, headers);
    new Webhook(NEW).verify(body, headers);
  });

  it('goes unsigned without keys, and has its id all the same', () => {
    const { headers } = signedWith();

    assert.match(headers['webhook-id'] ?? '', /^msg_/);
    assert.equal(headers['webhook-signature'], undefined);
  });

  it('keeps its id and has a new time at every attempt', () => {
    const dialect = alertmanagerWebhook('', [signingKey(OLD)]);
    const notification = sampleNotification();
    const [first, second] = [1_000_000, 2_000_000].map((now) => dialect.message(notification, now).headers);

    assert.equal(first?.['webhook-id'], second?.['webhook-id']);
    assert.notEqual(first?.['webhook-timestamp'], second?.['webhook-timestamp']);
    assert.notEqual(first?.['webhook-signature'], second?.['webhook-signature']);
  });

  it('refuses secrets that are too short, or no base64, and does not repeat them', () => {
    for (const secret of [
      'whsec_c2hvcnQ=',
      'whsec_not base64 at all, but long enough',
      `whsec_${'A'.repeat(88)}AAAA`,
    ]) {
      assert.throws(
        () => signingKey(secret),
        (error: Error) => !error.message.includes(secret.slice(6)),
      );
    }
  });
});

describe("Alertmanager's own interface", () => {
  it('is given an end ahead of what fires, and the end of what is over', () => {
    const dialect = alertmanagerApi('', { keepAliveMs: 240_000 });
    const alerts = [sampleNotified(), sampleNotified({ status: 'resolved', generatorUrl: '' })];

    assert.deepEqual(
      JSON.parse(dialect.message(sampleNotification({}, alerts), NOW).body).map(
        ({ startsAt, endsAt, generatorURL }: Record<string, string>) => [startsAt, endsAt, generatorURL],
      ),
      [
        ['2023-11-14T22:13:20.000Z', '2023-11-14T22:19:00.000Z', 'https://sfu.example/graphql?query=%7B%7D'],
        ['2023-11-14T22:13:20.000Z', '2023-11-14T22:14:20.000Z', undefined],
      ],
    );
  });
});
