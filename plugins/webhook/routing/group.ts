import type { Timer } from '../../../core/index.js';
import type { NotifiedAlert } from '../notification.js';
import type { Route } from './route.js';

/** An alert in a group, and what says whether it is told. News replaces it. */
export interface Member {
  readonly id: string;
  readonly status: NotifiedAlert['status'];
  readonly labels: Readonly<Record<string, string>>;
  /** Made only when it is told or kept, for alerts change far more often. */
  readonly describe: () => NotifiedAlert;
  /** Whether the receiver was told that it fires. */
  told: boolean;
  /** Wall time in ms until which a silence covers it. */
  readonly silencedUntil: number | null;
  readonly inhibited: boolean;
  readonly acknowledged: boolean;
  /** It was kept over a restart, and nobody has said since that it still fires. */
  readonly unconfirmed: boolean;
}

/** Alerts that one receiver is told of together. */
export interface AlertGroup {
  readonly key: string;
  readonly route: Route;
  readonly members: Map<string, Member>;
  /** When the receiver was last told of it, wall time in ms; `null` when it never was. */
  toldAt: number | null;
  /** Whether what it was last told did not arrive, and never will. */
  wasLost: boolean;
  /** Notifications made of it so far. */
  count: number;
  timer: Timer | undefined;
}

/** What is kept of an alert over a restart. */
export interface KeptMember extends Pick<Member, 'id' | 'told' | 'silencedUntil' | 'inhibited' | 'acknowledged'> {
  readonly notified: NotifiedAlert;
}

/** What is kept of a group over a restart. */
export interface KeptGroup {
  readonly key: string;
  readonly routeKey: string;
  readonly receiver: string;
  readonly toldAt: number | null;
  readonly count: number;
  /** Made one by one, as they are read. */
  readonly members: Iterable<KeptMember>;
}
