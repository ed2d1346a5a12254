import { type Clock, HttpPost, type HttpTls, type Logger, readTls, signingKey } from '../../core/index.js';
import { Courier } from './delivery/courier.js';
import type { DeadLetters } from './delivery/dead-letters.js';
import type { PaceOptions } from './delivery/pace.js';
import { alertmanagerApi } from './dialects/alertmanager-api.js';
import { alertmanagerWebhook } from './dialects/alertmanager-webhook.js';
import type { Dialect } from './dialects/dialect.js';
import { dingTalk } from './dialects/dingtalk.js';
import { pagerDuty } from './dialects/pagerduty.js';
import { slack } from './dialects/slack.js';
import type { Notification } from './notification.js';
import type { ReceiverOptions, WebhookOptions } from './options.js';
import { cleaner } from './secrets.js';

type Kind = ReceiverOptions['kind'];

/** What chat services take: DingTalk 20 messages a minute for a robot, Slack 1 a second for a webhook. */
const PACES: Readonly<Record<Kind, PaceOptions>> = {
  webhook: { perMinute: 600, gapMs: 0 },
  slack: { perMinute: 60, gapMs: 1_000 },
  dingtalk: { perMinute: 20, gapMs: 0 },
  pagerduty: { perMinute: 600, gapMs: 0 },
  alertmanager: { perMinute: 600, gapMs: 0 },
};

/** People read them, so groups may be summed up. */
const READ_BY_PEOPLE = new Set<Kind>(['slack', 'dingtalk']);
/** A test would open something that has to be closed again. */
const ENDS_TEST = new Set<Kind>(['pagerduty', 'alertmanager']);
/** Alertmanager ends an alert that was not sent again for so many intervals. */
const KEPT_ALIVE_INTERVALS = 4;

interface Dependencies {
  readonly options: WebhookOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadLetters: DeadLetters;
  /** Name of this SFU node. */
  readonly source: string;
  readonly onChange: () => void;
  readonly onLost: (notification: Notification) => void;
}

/** A courier for every receiver of the options, by name. Rejects when a certificate cannot be read. */
export async function couriers(given: Dependencies): Promise<ReadonlyMap<string, Courier>> {
  const entries = Object.entries(given.options.receivers).map(async ([name, receiver]) => {
    const tls = await readTls(receiver.tls, `plugins.webhook.receivers.${name}.tls`);
    return [name, courier(given, name, receiver, tls)] as const;
  });
  return new Map(await Promise.all(entries));
}

function courier(given: Dependencies, name: string, receiver: ReceiverOptions, tls: HttpTls): Courier {
  const { options, source, ...others } = given;
  const { kind, queue, maxAgeMs, maxAlerts, timeoutMs, publicOnly, maxPerMinute } = receiver;
  // The path of a chat service's address is its password.
  const shown = new URL(receiver.url).origin;
  const http = new HttpPost({
    clock: given.clock,
    url: addressOf(receiver),
    shown,
    headers: 'headers' in receiver ? receiver.headers : {},
    timeoutMs,
    publicOnly,
    tls,
  });
  return new Courier({
    ...others,
    options: {
      name,
      kind,
      queue,
      maxAgeMs,
      maxAlerts,
      pace: { ...PACES[kind], ...(maxPerMinute !== undefined && { perMinute: maxPerMinute }) },
      sumsUp: READ_BY_PEOPLE.has(kind),
      endsTest: ENDS_TEST.has(kind),
      retry: options.retry,
    },
    dialect: dialectOf(receiver, shown, source),
    http,
    clean: cleaner(receiver),
  });
}

function dialectOf(receiver: ReceiverOptions, shown: string, source: string): Dialect {
  switch (receiver.kind) {
    case 'webhook':
      return alertmanagerWebhook(shown, receiver.secrets.map(signingKey));
    case 'slack':
      return slack(shown);
    case 'dingtalk':
      return dingTalk(shown, receiver);
    case 'pagerduty':
      return pagerDuty(shown, { routingKey: receiver.routingKey, source });
    case 'alertmanager':
      return alertmanagerApi(shown, { keepAliveMs: receiver.keepAliveMs * KEPT_ALIVE_INTERVALS });
  }
}

function addressOf(receiver: ReceiverOptions): string {
  if (receiver.kind !== 'alertmanager') return receiver.url;
  const url = new URL(receiver.url);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v2/alerts`;
  return url.href;
}
