import type { Acknowledgement, Alert, AlertExample, AlertState, AlertVerdict } from '../../core/index.js';
import { builder } from '../builder.js';
import { AlertRef, AlertRuleRef, EntityInterface, WorkerRef } from '../refs.js';
import { EntityRefRef } from './event.js';
import { NamedTextRef, namedTexts } from './named-text.js';

export const AlertSeverityEnum = builder.enumType('AlertSeverity', {
  description: 'How much an alert matters, from least to most.',
  values: {
    INFO: { value: 'info', description: 'For the record.' },
    WARNING: { value: 'warning', description: 'For working hours.' },
    CRITICAL: { value: 'critical', description: 'Wakes somebody.' },
  } as const,
});

export const AlertStateEnum = builder.enumType('AlertState', {
  description: 'How far an alert has come.',
  values: {
    PENDING: { value: 'pending', description: 'Its condition holds, but not yet for as long as its rule asks.' },
    FIRING: { value: 'firing', description: 'It is told to receivers.' },
    RESOLVED: { value: 'resolved', description: 'It is over; only the subscription shows such alerts, once.' },
  } as const satisfies Record<string, { value: AlertState; description: string }>,
});

const AcknowledgementRef = builder.objectRef<Acknowledgement>('Acknowledgement').implement({
  description: 'Somebody knows of an alert.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was acknowledged.' }),
    by: t.exposeString('by', { description: 'By whom.' }),
    comment: t.exposeString('comment', { description: 'What they said.' }),
  }),
});

const VerdictSideEnum = builder.enumType('AlertSide', {
  description: 'Whose side of the SFU a cause is on.',
  values: {
    PUBLISHER: { value: 'publisher', description: 'Of those who send: their devices and networks.' },
    SFU: { value: 'sfu', description: 'The SFU itself: its workers, its machine, its network.' },
    SUBSCRIBER: { value: 'subscriber', description: 'Of those who receive.' },
  } as const satisfies Record<string, { value: AlertVerdict['side']; description: string }>,
});

const AlertVerdictRef = builder.objectRef<AlertVerdict>('AlertVerdict').implement({
  description: 'Whose fault it is.',
  fields: (t) => ({
    side: t.field({ type: VerdictSideEnum, description: 'On whose side the cause is.', resolve: ({ side }) => side }),
    reason: t.exposeString('reason', { description: 'What tells so, in a sentence.' }),
  }),
});

interface ExampleValue {
  readonly field: string;
  readonly value: string | number | boolean | null;
}

const ExampleValueRef = builder.objectRef<ExampleValue>('AlertExampleValue').implement({
  description: 'What the condition of an alert read of one entity.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'Name of the field, as in the condition; docs/alerts.md has units.',
    }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      description: 'A number, a text or a truth value; `null` is unknown.',
      resolve: ({ value }) => (typeof value === 'number' && !Number.isFinite(value) ? null : value),
    }),
  }),
});

const AlertExampleRef = builder.objectRef<AlertExample>('AlertExample').implement({
  description: 'One of the entities that are worst off.',
  fields: (t) => ({
    entityRef: t.field({
      type: EntityRefRef,
      description: 'Which it is; it may have closed since.',
      resolve: ({ entity }) => entity,
    }),
    entity: t.field({
      type: EntityInterface,
      nullable: true,
      description: 'The entity as it is now; `null` once it has closed.',
      resolve: ({ entity }, _args, { pin }) => pin.snapshot.find(entity.kind, entity.key),
    }),
    room: t.exposeString('room', { nullable: true, description: 'Name of the room it belongs to.' }),
    peer: t.exposeString('peer', { nullable: true, description: 'Id of the peer it belongs to.' }),
    values: t.field({
      type: [ExampleValueRef],
      description: 'What the condition read of it, when it was last evaluated.',
      resolve: ({ values }) => Object.entries(values).map(([field, value]) => ({ field, value })),
    }),
  }),
});

builder.objectType(AlertRef, {
  description: 'Something wrong that lasts. It goes when it is over, or when what it is about closes.',
  fields: (t) => ({
    alertId: t.exposeID('id', { description: 'For `acknowledge`; the same when it comes back.' }),
    fingerprint: t.exposeString('fingerprint', {
      description: 'Hash of its labels, the same in every run; also in notifications.',
    }),
    name: t.exposeString('name', { description: 'What is wrong: the name of a rule, or of a built-in condition.' }),
    rule: t.field({
      type: AlertRuleRef,
      nullable: true,
      description: 'The rule of that name; `null` for a built-in condition.',
      resolve: ({ name }, _args, { monitor, pin }) =>
        pin.memo('rulesByName', () => new Map(monitor.alerts.rules().map((rule) => [rule.name, rule]))).get(name) ??
        null,
    }),
    state: t.field({ type: AlertStateEnum, description: 'How far it has come.', resolve: ({ state }) => state }),
    severity: t.field({
      type: AlertSeverityEnum,
      description: 'How much it matters.',
      resolve: ({ severity }) => severity,
    }),
    message: t.string({ description: 'The same in a sentence.', resolve: ({ annotations }) => annotations.summary }),
    description: t.string({
      description: 'What it means and what to do; may be empty.',
      resolve: ({ annotations }) => annotations.description,
    }),
    labels: t.field({
      type: [NamedTextRef],
      description: 'What it is, for routing and silences; `alertname` and `severity` are among them.',
      resolve: ({ labels }) => namedTexts(labels),
    }),
    annotations: t.field({
      type: [NamedTextRef],
      description: 'Texts for people, those of `message` and `description` included.',
      resolve: ({ annotations }) => namedTexts(annotations),
    }),
    since: t.expose('since', { type: 'DateTime', description: 'When its condition began to hold.' }),
    firingSince: t.expose('firingSince', {
      type: 'DateTime',
      nullable: true,
      description: 'When it began to fire; `null` while it is pending, and of one that never fired.',
    }),
    resolvedAt: t.expose('resolvedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was over; `null` while it lasts.',
    }),
    value: t.float({
      nullable: true,
      description: 'What the condition measured, in the unit of its field; `null` when it is no number or unknown.',
      resolve: ({ value }) => (value !== null && Number.isFinite(value) ? value : null),
    }),
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
    workerKey: t.exposeString('worker', {
      nullable: true,
      description: 'Key of the worker it is about or in, also once that has closed; `null` when it is in none.',
    }),
    worker: t.field({
      type: WorkerRef,
      nullable: true,
      description: 'The worker it is about or in; `null` when there is none, or it has closed.',
      resolve: ({ worker }, _args, { pin }) => worker && pin.snapshot.find('worker', worker),
    }),
    examples: t.field({
      type: [AlertExampleRef],
      description: 'The entities that are worst off, the worst first; at most 5.',
      resolve: ({ examples }) => examples,
    }),
    verdict: t.field({
      type: AlertVerdictRef,
      nullable: true,
      description: 'Whose fault it is; `null` where that cannot be told.',
      resolve: ({ verdict }) => verdict,
    }),
    query: t.exposeString('query', {
      nullable: true,
      description: 'A query of this API that shows it; `null` when there is none.',
    }),
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
    inhibitedById: t.id({
      nullable: true,
      description: 'Of the alert that explains this one, which is therefore not told; `null` when there is none.',
      resolve: ({ inhibitedBy }) => inhibitedBy,
    }),
    inhibitedBy: t.field({
      type: AlertRef,
      nullable: true,
      description: 'That alert; `null` when there is none, or it is over.',
      resolve: ({ inhibitedBy }: Alert, _args, { monitor }) =>
        inhibitedBy === null ? null : monitor.alerts.get(inhibitedBy),
    }),
  }),
});
