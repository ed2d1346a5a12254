import type { Timer } from '../../../core/index.js';
import type { NotifiedAlert } from '../notification.js';
import type { Told } from './due.js';
import type { Route } from './route.js';

/** An alert in a group, and what says whether it is told. */
export interface Member {
  readonly id: string;
  readonly notified: NotifiedAlert;
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
  told: Told | null;
  /** Notifications made of it so far. */
  count: number;
  timer: Timer | undefined;
}

/** What is kept of a group over a restart. */
export interface KeptGroup {
  readonly key: string;
  readonly routeKey: string;
  readonly told: Told | null;
  readonly count: number;
  readonly members: readonly { readonly id: string; readonly notified: NotifiedAlert }[];
}
