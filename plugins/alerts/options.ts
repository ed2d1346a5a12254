import { z } from 'zod';
import { actionProblems, actionsOptions } from './actions/options.js';
import { DEFAULT_RULES } from './rules/defaults.js';
import { ruleSchema } from './rules/rule.js';

const flapGuard = z
  .strictObject({
    ends: z.int().min(2).max(100).default(4).describe('An alert that ended so often within the time is flapping.'),
    withinMs: z.int().min(1_000).max(86_400_000).default(600_000).describe('The time, ms.'),
    holdMs: z
      .int()
      .min(0)
      .max(86_400_000)
      .default(300_000)
      .describe(
        'A flapping alert ends only after its condition has not held for so long, ms; 0 switches the guard off.',
      ),
  })
  .prefault({});

export const alertsOptions = z
  .strictObject({
    defaults: z.boolean().default(true).describe('Whether the rules that ship with the program are on.'),
    disabled: z
      .array(z.string().max(64))
      .max(100)
      .default([])
      .describe(
        'Names of default rules that are off. A rule of your own with the same name replaces a default one as well.',
      ),
    rules: z.array(ruleSchema).max(200).default([]).describe('Rules of your own.'),
    stateFile: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe(
        'File that keeps what fires over a restart of the process. Left out: a restart forgets it. One file for one process.',
      ),
    maxAlertsPerRule: z
      .int()
      .min(1)
      .max(1_000)
      .default(100)
      .describe('Alerts that one rule may have at a time; more are counted, not raised.'),
    restartGraceMs: z
      .int()
      .min(1_000)
      .max(3_600_000)
      .default(60_000)
      .describe(
        'How long after a restart an alert of a room, a peer or a machine waits to be confirmed before it ends, ms.',
      ),
    flapGuard: flapGuard.describe('Keeps an alert that comes and goes from telling so every time.'),
    ...actionsOptions,
  })
  .superRefine((options, context) => {
    const names = new Set([...DEFAULT_RULES, ...options.rules].map(({ name }) => name));
    for (const problem of actionProblems(options, names)) context.addIssue({ code: 'custom', ...problem });
  });

export type AlertsOptions = z.output<typeof alertsOptions>;
