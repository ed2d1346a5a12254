import { z } from 'zod';
import { type Alert, ALERT_SEVERITIES, signingKey } from '../../../core/index.js';

const DAY_MS = 86_400_000;

/** What a function of the application is told. */
export interface OnAlertCall {
  /** Name of the action. */
  readonly action: string;
  readonly on: 'firing' | 'resolved';
  readonly alert: Alert;
}

/**
 * A function of the application. What it throws is recorded, and after its deadline nobody waits for it any more; then `signal` aborts.
 * A text that it gives stands in the record.
 */
export type OnAlert = (call: OnAlertCall, signal: AbortSignal) => unknown;

const timeoutMs = z
  .int()
  .min(100)
  .max(300_000)
  .default(10_000)
  .describe('After how long an attempt is given up and recorded as failed, in ms.');

const call = z.strictObject({ kind: z.literal('call').describe('Calls `onAlert`.'), timeoutMs });

const webhook = z.strictObject({
  kind: z.literal('webhook').describe('Posts a signed order to an orchestrator.'),
  url: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
      'must begin with http:// or https://',
    )
    .meta({ secret: true })
    .describe('Where to.'),
  action: z
    .string()
    .regex(/^[a-z][a-zA-Z0-9_-]{0,63}$/, 'must be a word such as restart or cordon')
    .describe('What the orchestrator shall do, in a word that it knows: `restart`, `cordon`.'),
  secrets: z
    .array(
      z.string().refine(isSigningSecret, 'must be `whsec_` and base64 of 24 to 64 random bytes').meta({ secret: true }),
    )
    .min(1)
    .max(5)
    .describe('Signing secrets of Standard Webhooks; every order is signed with each, newest first.'),
  timeoutMs,
  attempts: z.int().min(1).max(5).default(3).describe('Most attempts, with the same `webhook-id`.'),
  retryMs: z
    .int()
    .min(10)
    .max(60_000)
    .default(1_000)
    .describe('Wait after the first failure, in ms; it doubles each time.'),
  publicOnly: z.boolean().default(false).describe('Whether addresses of private networks are refused.'),
});

const drain = z.strictObject({
  kind: z.literal('drain').describe('Says that this node shall get no new work: `/readyz` answers 503.'),
  reason: z.string().min(1).max(100).optional().describe('Why, for whoever asks. Left out, the summary of the alert.'),
  resume: z
    .boolean()
    .default(true)
    .describe('Whether the node takes work again when no alert of these rules fires any more.'),
});

/** What an action can do, by kind. */
export const ACTION_KINDS = { call, webhook, drain } as const;

const action = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'must be letters, digits, `_`, `.` or `-`, 63 at most')
    .describe('Unique; stands in the record.'),
  rules: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(100)
    .describe('Names of the rules whose alerts it is taken for; `*` is all of them.'),
  on: z
    .enum(['firing', 'resolved'])
    .default('firing')
    .describe('Whether it is taken when an alert fires, or when it is over.'),
  minSeverity: z.enum(ALERT_SEVERITIES).default('info').describe('Alerts of a lower severity are left alone.'),
  do: z.discriminatedUnion('kind', [call, webhook, drain]).describe('What is done, see below.'),
  rateLimit: z
    .strictObject({
      count: z.int().min(1).max(100).default(3).describe('Most times within the time below, for all alerts together.'),
      perMs: z.int().min(1_000).max(DAY_MS).default(600_000).describe('The time, in ms.'),
    })
    .prefault({})
    .describe('Keeps an outage of thousands of alerts from thousands of actions.'),
  coolDownMs: z
    .int()
    .min(0)
    .max(DAY_MS)
    .default(300_000)
    .describe('After how long it may be taken again for the same alert, in ms.'),
  dryRun: z.boolean().default(false).describe('Whether it is only recorded what would have been done.'),
});

/** Of the options of the plugin, those of actions. */
export const actionsOptions = {
  actions: z.array(action).max(50).default([]).describe('What is done by itself when alerts fire or end.'),
  dryRun: z.boolean().default(false).describe('Whether no action is taken, and all are only recorded.'),
  onAlert: z
    .custom<OnAlert>((value) => typeof value === 'function', 'must be a function')
    .optional()
    .describe('What actions of kind `call` call. In code only.'),
};

export type ActionOptions = z.output<typeof action>;
export type WebhookOrder = z.output<typeof webhook>;
export type DrainOrder = z.output<typeof drain>;

interface CheckedOptions {
  readonly actions: readonly ActionOptions[];
  readonly onAlert?: OnAlert | undefined;
}

/** What is wrong with actions beyond their shape: where, and what to do. `rules` are the names that there are. */
export function* actionProblems(
  { actions, onAlert }: CheckedOptions,
  rules: ReadonlySet<string>,
): Generator<{ readonly path: (string | number)[]; readonly message: string }> {
  const names = new Set<string>();
  for (const [index, one] of actions.entries()) {
    const path = ['actions', index];
    if (names.has(one.name))
      yield { path: [...path, 'name'], message: `there are two actions of the name '${one.name}'` };
    names.add(one.name);
    for (const [at, rule] of one.rules.entries()) {
      if (rule === '*' || rules.has(rule)) continue;
      yield { path: [...path, 'rules', at], message: `there is no rule '${rule}', neither of yours nor a default one` };
    }
    if (one.do.kind === 'call' && onAlert === undefined) {
      yield { path: [...path, 'do'], message: 'needs the function `onAlert`, which can be given in code only' };
    }
    if (one.do.kind === 'drain' && one.on === 'resolved') {
      yield { path: [...path, 'on'], message: 'a node is drained when an alert fires; `resume` is about its end' };
    }
  }
}

function isSigningSecret(secret: string): boolean {
  try {
    signingKey(secret);
    return true;
  } catch {
    return false;
  }
}
