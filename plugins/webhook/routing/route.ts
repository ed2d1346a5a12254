import { type LabelMatcher, labelMatches } from '../../../core/index.js';
import type { FirstRoute, RouteOptions } from '../options.js';
import type { Labels } from './labels.js';

/** A way alerts go, with everything that is inherited filled in. */
export interface Route {
  /** Names it in group keys: the matchers on the way to it, as Alertmanager has them. */
  readonly key: string;
  readonly receiver: string;
  readonly matchers: readonly LabelMatcher[];
  readonly continue: boolean;
  readonly groupBy: readonly string[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly routes: readonly Route[];
}

export function firstRoute(options: FirstRoute): Route {
  const { receiver, groupBy, groupWaitMs, groupIntervalMs, repeatIntervalMs } = options;
  const timing = { receiver, groupBy, groupWaitMs, groupIntervalMs, repeatIntervalMs };
  const top: Route = { ...timing, key: '{}', matchers: [], continue: false, routes: [] };
  return { ...top, routes: options.routes.map((route, index) => inner(route, top, index)) };
}

/** The routes an alert with these labels takes: the deepest that match, in order, until one does not say to go on. At least one. */
export function routesFor(route: Route, labels: Labels): readonly Route[] {
  const found: Route[] = [];
  for (const next of route.routes) {
    if (!next.matchers.every((matcher) => labelMatches(matcher, labels))) continue;
    found.push(...routesFor(next, labels));
    if (!next.continue) break;
  }
  return found.length > 0 ? found : [route];
}

/** The route and all below it. */
export function allRoutes(route: Route): readonly Route[] {
  return [route, ...route.routes.flatMap(allRoutes)];
}

/** Labels that an alert is grouped by on a route. One that it has not is left out. */
export function groupLabels(groupBy: readonly string[], labels: Labels): Labels {
  return Object.fromEntries(
    groupBy.filter((label) => labels[label] !== undefined).map((label) => [label, labels[label] ?? '']),
  );
}

/** For example `{}/{room="r1"}/0:{alertname="workerDied"}`. */
export function groupKey(route: Route, labels: Labels): string {
  const sorted = Object.keys(labels).toSorted();
  return `${route.key}:{${sorted.map((label) => `${label}=${JSON.stringify(labels[label])}`).join(', ')}}`;
}

function inner(options: RouteOptions, parent: Route, index: number): Route {
  const { matchers } = options;
  const words = matchers.map(({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`);
  const route: Route = {
    key: `${parent.key}/{${words.join(',')}}/${index}`,
    receiver: options.receiver ?? parent.receiver,
    matchers,
    continue: options.continue,
    groupBy: options.groupBy ?? parent.groupBy,
    groupWaitMs: options.groupWaitMs ?? parent.groupWaitMs,
    groupIntervalMs: options.groupIntervalMs ?? parent.groupIntervalMs,
    repeatIntervalMs: options.repeatIntervalMs ?? parent.repeatIntervalMs,
    routes: [],
  };
  return { ...route, routes: options.routes.map((next, at) => inner(next, route, at)) };
}
