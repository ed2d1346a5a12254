import type { InputRef } from '@pothos/core';
import { type Alert, ALERT_SEVERITIES, type AlertSeverity, type AlertState, labelMatches } from '../../core/index.js';
import { builder } from '../builder.js';
import { ListKind } from '../connection.js';
import type { SchemaContext } from '../context.js';
import { decodeId } from '../ids.js';
import { AlertRef } from '../refs.js';
import { AlertSeverityEnum, AlertStateEnum } from '../types/alert.js';
import { LabelMatcherInput, labelMatchers } from '../types/silence.js';
import { Conditions } from './conditions.js';

interface AlertFilterShape {
  readonly state?: AlertState | null | undefined;
  readonly name?: string | null | undefined;
  readonly severity?: AlertSeverity | null | undefined;
  readonly minSeverity?: AlertSeverity | null | undefined;
  readonly room?: string | null | undefined;
  readonly peer?: string | null | undefined;
  readonly worker?: string | null | undefined;
  readonly labels?: Parameters<typeof labelMatchers>[0];
  readonly acknowledged?: boolean | null | undefined;
  readonly silenced?: boolean | null | undefined;
  readonly inhibited?: boolean | null | undefined;
}

export const AlertFilter: InputRef<AlertFilterShape> = builder.inputRef<AlertFilterShape>('AlertFilter').implement({
  description: 'Conditions on alerts; all given ones must hold.',
  fields: (t) => ({
    state: t.field({ type: AlertStateEnum, description: 'In this state.' }),
    name: t.string({ description: 'Of this rule or condition.' }),
    severity: t.field({ type: AlertSeverityEnum, description: 'Of just this severity.' }),
    minSeverity: t.field({ type: AlertSeverityEnum, description: 'Of this severity or a higher one.' }),
    room: t.string({ description: 'Of this room.' }),
    peer: t.string({ description: 'Of this peer.' }),
    worker: t.id({ description: 'About or in this worker, also one that has closed: id, key or pid.' }),
    labels: t.field({ type: [LabelMatcherInput], description: 'Whose labels meet all these conditions.' }),
    acknowledged: t.boolean({ description: 'Whether somebody knows of it.' }),
    silenced: t.boolean({ description: 'Whether it is silenced.' }),
    inhibited: t.boolean({ description: 'Whether another alert explains it.' }),
  }),
});

export function alertMatches(
  filter: AlertFilterShape | null | undefined,
  context: SchemaContext,
): (alert: Alert) => boolean {
  if (!filter) return () => true;
  const matchers = labelMatchers(filter.labels);
  return new Conditions<Alert>()
    .add(filter.state, (alert, state) => alert.state === state)
    .add(filter.name, (alert, name) => alert.name === name)
    .add(filter.severity, (alert, severity) => alert.severity === severity)
    .add(
      filter.minSeverity,
      (alert, least) => ALERT_SEVERITIES.indexOf(alert.severity) >= ALERT_SEVERITIES.indexOf(least),
    )
    .add(filter.room, (alert, room) => alert.room === room)
    .add(filter.peer, (alert, peer) => alert.peer === peer)
    .add(filter.worker && workerKey(filter.worker, context), (alert, key) => alert.worker === key)
    .add(matchers, (alert, all) => all.every((matcher) => labelMatches(matcher, alert.labels)))
    .add(filter.acknowledged, (alert, wanted) => (alert.acknowledged !== null) === wanted)
    .add(filter.silenced, (alert, wanted) => (alert.silencedUntil !== null) === wanted)
    .add(filter.inhibited, (alert, wanted) => (alert.inhibitedBy !== null) === wanted).matches;
}

/** Alerts outlive the workers they are about, so what names no open worker is taken for the key of a closed one. */
function workerKey(named: string, { monitor, pin }: SchemaContext): string {
  const target = decodeId(monitor.runId, named);
  if (target?.type === 'entity') return target.key;
  return pin.snapshot.all('worker').find(({ id }) => id === named)?.key ?? named;
}

export const alertList = new ListKind<Alert, AlertFilterShape>({
  name: 'Alert',
  plural: 'alerts',
  type: AlertRef,
  filter: AlertFilter,
  matches: alertMatches,
  orders: {
    SEVERITY: {
      description: 'Severity.',
      direction: 'desc',
      value: ({ severity }) => ALERT_SEVERITIES.indexOf(severity),
    },
    SINCE: { description: 'Time of the onset.', direction: 'desc', value: ({ since }) => since },
    FIRING_SINCE: {
      description: 'Time at which it fired.',
      direction: 'desc',
      value: ({ firingSince }) => firingSince,
    },
    NAME: { description: 'Name.', direction: 'asc', value: ({ name }) => name },
  },
  keyOf: ({ id }) => id,
  opened: ({ since }) => since,
});
