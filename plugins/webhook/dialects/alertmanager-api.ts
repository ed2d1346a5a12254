import { httpRefusal } from '../../../core/index.js';
import type { Notification, NotifiedAlert } from '../notification.js';
import { type Dialect, JSON_HEADERS } from './dialect.js';

/**
 * Prometheus Alertmanager itself, `POST /api/v2/alerts` (its api/v2/openapi.yaml). It forgets an alert at its `endsAt`, so one that fires is
 * given an end `keepAliveMs` ahead and is sent again before that.
 */
export function alertmanagerApi(shown: string, { keepAliveMs }: { readonly keepAliveMs: number }): Dialect {
  return {
    message: (notification, now) => ({
      headers: JSON_HEADERS,
      body: JSON.stringify(payload(notification, now + keepAliveMs)),
    }),
    judge(answer, now) {
      if (answer.status < 200 || answer.status >= 300) throw httpRefusal(shown, answer, now);
    },
  };
}

function payload({ alerts }: Notification, endOfFiring: number): unknown {
  return alerts.map(({ labels, annotations, startsAt, endsAt, generatorUrl }: NotifiedAlert) => ({
    labels,
    annotations,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt ?? endOfFiring).toISOString(),
    ...(generatorUrl !== '' && { generatorURL: generatorUrl }),
  }));
}
