import { ManualClock, sampleAlert } from '../../../core/testing/index.js';
import type { Alert } from '../../../core/index.js';
import { webhookOptions } from '../../../plugins/webhook/options.js';
import type { Notification } from '../../../plugins/webhook/notification.js';
import { Dispatcher, type ReceiverTraits } from '../../../plugins/webhook/routing/dispatcher.js';
import { maintenanceCalendar } from '../../../plugins/webhook/routing/maintenance.js';
import { firstRoute } from '../../../plugins/webhook/routing/route.js';

const RECEIVER = { kind: 'webhook', url: 'http://127.0.0.1:9/' } as const;

/** Options with receivers `a`, `b` and `c`; groups wait 1 s, have news every 10 s and are repeated every minute. */
export function sampleOptions(route: object = {}, others: object = {}) {
  return webhookOptions.parse({
    receivers: { a: RECEIVER, b: RECEIVER, c: RECEIVER },
    route: { receiver: 'a', groupBy: [], groupIntervalMs: 10_000, repeatIntervalMs: 60_000, ...route },
    inhibit: [],
    ...others,
  });
}

interface KitOptions {
  readonly route?: object;
  readonly maintenance?: readonly object[];
  readonly traits?: Partial<ReceiverTraits>;
  readonly clock?: ManualClock;
}

/** A dispatcher on a clock that stands still; what it hands over is kept. */
export class DispatchKit {
  readonly clock: ManualClock;
  readonly sent: Notification[] = [];
  readonly dispatcher: Dispatcher;
  changes = 0;

  constructor({ route, maintenance = [], traits, clock = new ManualClock() }: KitOptions = {}) {
    const options = sampleOptions(route, { maintenance });
    this.clock = clock;
    this.dispatcher = new Dispatcher({
      route: firstRoute(options.route),
      clock,
      externalUrl: '',
      maintenance: maintenanceCalendar(options.maintenance),
      traits: () => ({ sendResolved: true, maxAlerts: 100, keepAliveMs: null, ...traits }),
      hand: (notification) => this.sent.push(notification),
      onChange: () => this.changes++,
    });
  }

  /** Tells of an alert named `name`; returns it as it was told. */
  tell(name: string, differences: Partial<Alert> = {}): Alert {
    const { labels, ...others } = differences;
    const alert = sampleAlert({
      id: name,
      name,
      firingSince: this.clock.now(),
      ...others,
      labels: { alertname: name, severity: 'warning', ...labels },
    });
    this.dispatcher.observe({ alert });
    return alert;
  }

  /** The end of one that was told. */
  end(alert: Alert, differences: Partial<Alert> = {}): void {
    this.dispatcher.observe({ alert: { ...alert, state: 'resolved', resolvedAt: this.clock.now(), ...differences } });
  }

  /** What was sent since the last call: `a firing: X+ Y-`. */
  news(): string[] {
    return this.sent.splice(0).map(({ receiver, status, alerts, truncatedAlerts }) => {
      const names = alerts.map((alert) => `${alert.labels.alertname}${alert.status === 'firing' ? '+' : '-'}`);
      return `${receiver} ${status}: ${names.join(' ')}${truncatedAlerts > 0 ? ` and ${truncatedAlerts}` : ''}`;
    });
  }

  /** What is sent while so much time goes by. */
  after(ms: number): string[] {
    this.clock.advance(ms);
    return this.news();
  }
}
