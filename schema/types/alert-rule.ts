import { builder } from '../builder.js';
import type { SchemaContext } from '../context.js';
import { alertList } from '../lists/alerts.js';
import { AlertRuleRef } from '../refs.js';
import { AlertSeverityEnum } from './alert.js';
import { NamedTextRef, namedTexts } from './named-text.js';

/** Most events that are looked through for the last time that a rule fired. */
const MOST_FIRINGS = 10_000;

builder.objectType(AlertRuleRef, {
  description: 'A condition that is watched, and what becomes of it now.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, which is that of its alerts.' }),
    scope: t.exposeString('scope', {
      description: 'What it is evaluated on, one alert for each: `worker`, `room`, `producer`, `event` and so on.',
    }),
    when: t.exposeString('when', { description: 'The condition, in CEL, as written.' }),
    severity: t.field({
      type: AlertSeverityEnum,
      description: 'How much its alerts matter.',
      resolve: ({ severity }) => severity,
    }),
    forMs: t.exposeFloat('forMs', { description: 'How long the condition must hold before an alert fires, ms.' }),
    keepFiringForMs: t.exposeFloat('keepFiringForMs', {
      description: 'How long an alert goes on after the condition last held, ms.',
    }),
    minSamples: t.exposeInt('minSamples', {
      description: 'How many evaluations in a row must find the condition to hold.',
    }),
    labels: t.field({
      type: [NamedTextRef],
      description: 'Labels that its alerts get besides their own.',
      resolve: ({ labels }) => namedTexts(labels),
    }),
    annotations: t.field({
      type: [NamedTextRef],
      description: 'Texts of its alerts, with placeholders.',
      resolve: ({ annotations }) => namedTexts(annotations),
    }),
    isDefault: t.exposeBoolean('isDefault', { description: 'Whether it ships with the program.' }),
    disabledBecause: t.exposeString('disabledBecause', {
      nullable: true,
      description: 'Why it is not evaluated any more: it threw; `null` while it is evaluated.',
    }),
    pending: t.exposeInt('pending', { description: 'Its alerts that are pending now.' }),
    firing: t.exposeInt('firing', { description: 'Its alerts that fire now.' }),
    suppressed: t.expose('suppressed', {
      type: 'Counter',
      description: 'Alerts not raised because it had as many as a rule may have.',
    }),
    evaluatedAt: t.expose('evaluatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last evaluated; `null` before the first time.',
    }),
    lastFiredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When an alert of it last began to fire; `null` when no event in memory and no alert tells so.',
      resolve: ({ name }, _args, context) => lastFirings(context).get(name),
    }),
    alerts: alertList.field(t, {
      description: 'Its alerts that last now.',
      nested: true,
      from: ({ name }, { monitor }) => monitor.alerts.active().filter((alert) => alert.name === name),
    }),
  }),
});

/** By name of rule: wall time in ms. */
function lastFirings({ monitor, pin }: SchemaContext): ReadonlyMap<string, number> {
  return pin.memo('lastFirings', () => {
    const times = new Map<string, number>();
    const note = (rule: string, at: number): void => void times.set(rule, Math.max(at, times.get(rule) ?? at));
    for (const event of monitor.events.recent({ types: ['alert.fired'], limit: MOST_FIRINGS })) {
      if (event.type === 'alert.fired') note(event.data.rule, event.at);
    }
    for (const { name, firingSince } of monitor.alerts.active()) if (firingSince !== null) note(name, firingSince);
    return times;
  });
}
