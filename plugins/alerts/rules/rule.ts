import { z } from 'zod';
import { ALERT_SEVERITIES } from '../../../core/index.js';
import { SCOPES } from '../fields/scopes.js';
import { DURATION, durationMs } from './duration.js';

/** Longest `for` and `keepFiringFor`. */
const MAX_DURATION_MS = 86_400_000;

const duration = z
  .string()
  .refine(
    (text) => DURATION.test(text) && durationMs(text) <= MAX_DURATION_MS,
    'must be a duration of at most 1d: 500ms, 10s, 2m, 1h',
  )
  .default('0s');

const name = /^[a-zA-Z_]\w{0,63}$/;

/** Labels that every alert has of its own. */
const RESERVED = new Set(['alertname', 'severity', 'scope', 'entity', 'worker', 'room', 'peer']);

/** One rule, as written. */
export const ruleSchema = z.strictObject({
  name: z
    .string()
    .regex(name, 'must be letters, digits and _, and begin with no digit')
    .describe('Unique; the name of its alerts.'),
  scope: z.enum(SCOPES).describe('What the condition is evaluated on, one alert for each.'),
  when: z
    .string()
    .min(1)
    .max(2_000)
    .describe('The condition, in CEL: see docs/alerts.md for the fields of each scope.'),
  for: duration.describe('How long the condition must hold before the alert fires.'),
  keepFiringFor: duration.describe(
    'How long the alert goes on after the condition last held; of events, how long it lasts.',
  ),
  severity: z.enum(ALERT_SEVERITIES).default('warning').describe('How much it matters.'),
  minSamples: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('How many evaluations in a row must find the condition to hold.'),
  labels: z
    .record(z.string().regex(name), z.string().max(200))
    .refine(
      (labels) => !Object.keys(labels).some((key) => RESERVED.has(key)),
      'must not have a label that alerts have of their own',
    )
    .default({})
    .describe('Labels of its alerts besides their own: alertname, severity, scope, entity, worker, room, peer.'),
  annotations: z
    .record(z.string().regex(name), z.string().max(2_000))
    .default({})
    .describe(
      'Texts for people: `summary`, `description`, others. {{value}}, {{labels.room}} and {{producer.bitrate}} are filled in.',
    ),
});

export type RuleInput = z.input<typeof ruleSchema>;
export type Rule = z.output<typeof ruleSchema>;

/** The definition of a rule as one text: rules that mean the same have the same. */
export function canonical(rule: Rule): string {
  const sorted = (texts: Readonly<Record<string, string>>): unknown =>
    Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { scope, when, severity, minSamples, labels, annotations } = rule;
  const condition = when.trim().replaceAll(/\s+/g, ' ');
  const times = [durationMs(rule.for), durationMs(rule.keepFiringFor)];
  return JSON.stringify([
    rule.name,
    scope,
    condition,
    times,
    severity,
    minSamples,
    sorted(labels),
    sorted(annotations),
  ]);
}
