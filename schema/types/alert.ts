import type { InputRef } from '@pothos/core';
import type { Alert, AlertSeverity, Silence } from '../../core/index.js';
import { ALERT_SEVERITIES } from '../../core/index.js';
import { builder } from '../builder.js';
import { ListKind } from '../connection.js';
import { Conditions } from '../lists/conditions.js';
import { AlertRef, EntityInterface } from '../refs.js';
import { EntityRefRef } from './event.js';

export const AlertSeverityEnum = builder.enumType('AlertSeverity', {
  description: 'How much an alert matters, from least to most.',
  values: {
    INFO: { value: 'info', description: 'For the record.' },
    WARNING: { value: 'warning', description: 'For working hours.' },
    CRITICAL: { value: 'critical', description: 'Wakes somebody.' },
  } as const,
});

const AcknowledgementRef = builder.objectRef<NonNullable<Alert['acknowledged']>>('Acknowledgement').implement({
  description: 'Somebody knows of an alert.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was acknowledged.' }),
    by: t.exposeString('by', { description: 'By whom.' }),
    comment: t.exposeString('comment', { description: 'What they said.' }),
  }),
});

builder.objectType(AlertRef, {
  description: 'Something wrong that lasts. It goes when it is over, or when the entity closes.',
  fields: (t) => ({
    alertId: t.exposeID('id', { description: 'For `acknowledge`; stable while the alert lasts.' }),
    name: t.exposeString('name', { description: 'What is wrong: the name of a rule, or of a built-in condition.' }),
    severity: t.field({
      type: AlertSeverityEnum,
      description: 'How much it matters.',
      resolve: ({ severity }) => severity,
    }),
    message: t.string({ description: 'The same in a sentence.', resolve: ({ annotations }) => annotations.summary }),
    since: t.expose('since', { type: 'DateTime', description: 'When it began.' }),
    entityRef: t.field({
      type: EntityRefRef,
      nullable: true,
      description: 'With whom; `null` when it is about a room, a peer, the machine or all of the SFU.',
      resolve: ({ entity }) => entity,
    }),
    entity: t.field({
      type: EntityInterface,
      nullable: true,
      description: 'With whom, as it is now; `null` once it has closed.',
      resolve: ({ entity }, _args, { pin }) => entity && pin.snapshot.find(entity.kind, entity.key),
    }),
    room: t.exposeString('room', { nullable: true, description: 'Name of the room it belongs to.' }),
    peer: t.exposeString('peer', { nullable: true, description: 'Id of the peer it belongs to.' }),
    acknowledged: t.expose('acknowledged', {
      type: AcknowledgementRef,
      nullable: true,
      description: 'Who knows of it; `null` when nobody said so.',
    }),
    silencedUntil: t.expose('silencedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when it is silent; `null` when it is not silenced.',
    }),
  }),
});

interface AlertFilterShape {
  readonly name?: string | null | undefined;
  readonly minSeverity?: AlertSeverity | null | undefined;
  readonly room?: string | null | undefined;
  readonly peer?: string | null | undefined;
  readonly acknowledged?: boolean | null | undefined;
  readonly silenced?: boolean | null | undefined;
}

export const AlertFilter: InputRef<AlertFilterShape> = builder.inputRef<AlertFilterShape>('AlertFilter').implement({
  description: 'Conditions on alerts; all given ones must hold.',
  fields: (t) => ({
    name: t.string({ description: 'Of this rule or condition.' }),
    minSeverity: t.field({ type: AlertSeverityEnum, description: 'Of this severity or a higher one.' }),
    room: t.string({ description: 'Of this room.' }),
    peer: t.string({ description: 'Of this peer.' }),
    acknowledged: t.boolean({ description: 'Whether somebody knows of it.' }),
    silenced: t.boolean({ description: 'Whether it is silenced.' }),
  }),
});

export function alertMatches(filter: AlertFilterShape | null | undefined): (alert: Alert) => boolean {
  if (!filter) return () => true;
  return new Conditions<Alert>()
    .add(filter.name, (alert, name) => alert.name === name)
    .add(
      filter.minSeverity,
      (alert, least) => ALERT_SEVERITIES.indexOf(alert.severity) >= ALERT_SEVERITIES.indexOf(least),
    )
    .add(filter.room, (alert, room) => alert.room === room)
    .add(filter.peer, (alert, peer) => alert.peer === peer)
    .add(filter.acknowledged, (alert, wanted) => (alert.acknowledged !== null) === wanted)
    .add(filter.silenced, (alert, wanted) => (alert.silencedUntil !== null) === wanted).matches;
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
  },
  keyOf: ({ id }) => id,
  opened: ({ since }) => since,
});

export const SilenceRef = builder.objectRef<Silence>('Silence').implement({
  description: 'Alerts that match it are marked as silent for a while.',
  fields: (t) => ({
    silenceId: t.exposeID('id', { description: 'Unique in this run.' }),
    name: t.string({
      nullable: true,
      description: 'Alerts of this name only; `null`: of any.',
      resolve: ({ matcher }) => matcher.name ?? null,
    }),
    entityKey: t.string({
      nullable: true,
      description: 'Alerts of the entity of this key only; `null`: of any.',
      resolve: ({ matcher }) => matcher.entity ?? null,
    }),
    room: t.string({
      nullable: true,
      description: 'Alerts of this room only; `null`: of any.',
      resolve: ({ matcher }) => matcher.room ?? null,
    }),
    peer: t.string({
      nullable: true,
      description: 'Alerts of this peer only; `null`: of any.',
      resolve: ({ matcher }) => matcher.peer ?? null,
    }),
    until: t.expose('until', { type: 'DateTime', description: 'When it ends.' }),
    by: t.exposeString('by', { description: 'Who silenced.' }),
    comment: t.exposeString('comment', { description: 'Why.' }),
  }),
});
