/** One alert as a receiver is told of it. Plain data: notifications are written to disk before they are sent. */
export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Wall time in ms. */
  readonly startsAt: number;
  /** Wall time in ms; `null` while it fires. */
  readonly endsAt: number | null;
  /** Where a person sees more of it; empty when no address of this monitor is set. */
  readonly generatorUrl: string;
  /** 16 hexadecimal digits of its labels. */
  readonly fingerprint: string;
}

/** What follows from the alerts of a notification. */
export interface Gathered {
  /** Resolved when all its alerts are. */
  readonly status: 'firing' | 'resolved';
  /** Firing ones first. */
  readonly alerts: readonly NotifiedAlert[];
  /** What all the alerts have in common. */
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  /** Alerts of the group that are left out because there are too many. */
  readonly truncatedAlerts: number;
}

/** What one receiver is told at once: a group of alerts as they are at that moment. */
export interface Notification extends Gathered {
  /** The same at every attempt, new for every notification: what a receiver leaves duplicates out by. */
  readonly id: string;
  readonly receiver: string;
  /** Names the group over its whole life, in every process: the route and the labels it is grouped by. */
  readonly groupKey: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  /** Of the monitor that sends it; empty when none is set. */
  readonly externalUrl: string;
  /** Wall time in ms of its making. */
  readonly at: number;
}

/** Takes at most `maxAlerts` of the alerts; `left` were left out before. */
export function gathered(alerts: readonly NotifiedAlert[], maxAlerts: number, left: number): Gathered {
  const firing = alerts.filter(({ status }) => status === 'firing');
  const ordered = firing.length === 0 ? alerts : [...firing, ...alerts.filter(({ status }) => status !== 'firing')];
  const taken = ordered.slice(0, maxAlerts);
  return {
    status: firing.length > 0 ? 'firing' : 'resolved',
    alerts: taken,
    commonLabels: common(taken.map(({ labels }) => labels)),
    commonAnnotations: common(taken.map(({ annotations }) => annotations)),
    truncatedAlerts: left + alerts.length - taken.length,
  };
}

function common(all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}
