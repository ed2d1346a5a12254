import { type Clock, HttpPost, type HttpTls, type Logger, readTls, signingKey } from '../../core/index.js';
import { Courier } from './delivery/courier.js';
import type { DeadLetters } from './delivery/dead-letters.js';
import { alertmanagerApi } from './dialects/alertmanager-api.js';
import { alertmanagerWebhook } from './dialects/alertmanager-webhook.js';
import type { Dialect } from './dialects/dialect.js';
import { dingTalk } from './dialects/dingtalk.js';
import { pagerDuty } from './dialects/pagerduty.js';
import { slack } from './dialects/slack.js';
import type { ReceiverOptions, WebhookOptions } from './options.js';

/** Messages a minute that chat services take: DingTalk 20 for a robot, Slack 1 a second for a webhook. */
const PER_MINUTE: Readonly<Record<ReceiverOptions['kind'], number>> = {
  webhook: 600,
  slack: 60,
  dingtalk: 20,
  pagerduty: 600,
  alertmanager: 600,
};

/** People read them, so groups may be summed up. */
const READ_BY_PEOPLE = new Set<ReceiverOptions['kind']>(['slack', 'dingtalk']);
/** A test would open something that has to be closed again. */
const ENDS_TEST = new Set<ReceiverOptions['kind']>(['pagerduty', 'alertmanager']);
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
}

/** A courier for every receiver of the options, by name. Rejects when a certificate cannot be read. */
export async function couriers(given: Dependencies): Promise<ReadonlyMap<string, Courier>> {
  const { options } = given;
  const entries = Object.entries(options.receivers).map(async ([name, receiver]) => {
    const tls = await readTls(receiver.tls, `plugins.webhook.receivers.${name}.tls`);
    return [name, courier(given, name, receiver, tls)] as const;
  });
  return new Map(await Promise.all(entries));
}

function courier(given: Dependencies, name: string, receiver: ReceiverOptions, tls: HttpTls): Courier {
  const { options, clock, logger, deadLetters, source, onChange } = given;
  const { kind, queue, maxAgeMs, maxAlerts, timeoutMs, publicOnly } = receiver;
  const http = new HttpPost({
    clock,
    url: addressOf(receiver),
    headers: 'headers' in receiver ? receiver.headers : {},
    timeoutMs,
    publicOnly,
    tls,
  });
  return new Courier({
    options: {
      name,
      kind,
      queue,
      maxAgeMs,
      maxAlerts,
      maxPerMinute: receiver.maxPerMinute ?? PER_MINUTE[kind],
      sumsUp: READ_BY_PEOPLE.has(kind),
      endsTest: ENDS_TEST.has(kind),
      retry: options.retry,
    },
    // The path of a chat service's address is its password.
    dialect: dialectOf(receiver, new URL(receiver.url).origin, source),
    http,
    clock,
    logger,
    deadLetters,
    onChange,
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
