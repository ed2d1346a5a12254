import { z } from 'zod';
import { checkMatcher, errorText, MATCH_OPERATORS, signingKey, tlsFiles } from '../../core/index.js';

const DAY_MS = 86_400_000;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/;
const MAX_ROUTE_DEPTH = 8;

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'must be letters, digits, `_`, `.` or `-`, 63 at most');
const labelName = z.string().regex(LABEL_NAME, 'must be a label name: letters, digits and `_`');

const matcher = z
  .strictObject({
    label: labelName.describe('Label of the alert; one that it has not counts as the empty text.'),
    operator: z.enum(MATCH_OPERATORS).default('=').describe('`=~` and `!~` match the whole value.'),
    value: z.string().max(1024).describe('Text, or regular expression, to compare with.'),
  })
  .superRefine((one, context) => {
    try {
      checkMatcher(one);
    } catch (error) {
      context.addIssue({ code: 'custom', path: ['value'], message: errorText(error) });
    }
  });

const matchers = z.array(matcher).max(20).default([]);

const timing = {
  groupBy: z
    .array(labelName)
    .max(20)
    .optional()
    .describe('Alerts with the same values of these labels are told in one notification; inherited when left out.'),
  groupWaitMs: z
    .int()
    .min(0)
    .max(DAY_MS)
    .optional()
    .describe('How long a new group waits for company before it is told, in ms; inherited when left out.'),
  groupIntervalMs: z
    .int()
    .min(100)
    .max(DAY_MS)
    .optional()
    .describe('How long news of a group that was told before are gathered, in ms; inherited when left out.'),
  repeatIntervalMs: z
    .int()
    .min(1_000)
    .max(30 * DAY_MS)
    .optional()
    .describe('After how long a group that still fires is told again, in ms; inherited when left out.'),
};

/** A route below the first one, as it is written. */
export interface RouteInput {
  readonly receiver?: string | undefined;
  readonly matchers?: readonly z.input<typeof matcher>[] | undefined;
  readonly continue?: boolean | undefined;
  readonly groupBy?: readonly string[] | undefined;
  readonly groupWaitMs?: number | undefined;
  readonly groupIntervalMs?: number | undefined;
  readonly repeatIntervalMs?: number | undefined;
  readonly routes?: readonly RouteInput[] | undefined;
}

/** It, checked: where the alerts that match go, unless a route within it says more. */
export interface RouteOptions extends RouteInput {
  readonly matchers: readonly z.output<typeof matcher>[];
  readonly continue: boolean;
  readonly routes: readonly RouteOptions[];
}

const route: z.ZodType<RouteOptions, RouteInput> = z.strictObject({
  receiver: name.optional().describe('Name of a receiver; inherited when left out.'),
  matchers: matchers.describe('All must match for an alert to go this way.'),
  continue: z.boolean().default(false).describe('Whether the routes after this one are tried as well.'),
  ...timing,
  get routes(): z.ZodType<readonly RouteOptions[], readonly RouteInput[]> {
    return z.lazy(() => z.array(route).max(100)).prefault([]) as z.ZodType<
      readonly RouteOptions[],
      readonly RouteInput[]
    >;
  },
});

const common = {
  timeoutMs: z
    .int()
    .min(100)
    .max(60_000)
    .default(10_000)
    .describe('How long one request may take, answer included, in ms.'),
  publicOnly: z
    .boolean()
    .default(false)
    .describe('Whether addresses of private networks are refused, looked up at every connection.'),
  sendResolved: z.boolean().default(true).describe('Whether the end of alerts is told.'),
  maxAlerts: z.int().min(1).max(1_000).default(100).describe('Most alerts in one notification; the rest is a number.'),
  maxPerMinute: z
    .int()
    .min(1)
    .max(6_000)
    .optional()
    .describe(
      'Most notifications a minute; above it groups are summed up in one. Default: 20 for DingTalk, 60 for Slack, else 600.',
    ),
  queue: z
    .int()
    .min(1)
    .max(10_000)
    .default(200)
    .describe('Most notifications that wait; the oldest is lost, and counted.'),
  maxAgeMs: z
    .int()
    .min(1_000)
    .max(7 * DAY_MS)
    .default(DAY_MS)
    .describe('After how long an undelivered notification is given up, in ms.'),
  tls: tlsFiles.prefault({}).describe('Certificates, for addresses with https.'),
};

const url = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'must begin with http:// or https://',
  )
  .meta({ secret: true });

const secrets = z
  .array(
    z
      .string()
      .refine((secret) => isSigningSecret(secret), 'must be `whsec_` and base64 of 24 to 64 random bytes')
      .meta({ secret: true }),
  )
  .max(5)
  .default([]);

const headers = z
  .record(
    z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be letters, digits and hyphens'),
    z
      .string()
      .max(4096)
      .regex(/^[\t -~]*$/, 'must be printable ASCII')
      .meta({ secret: true }),
  )
  .default({})
  .describe('Sent with every request, for example an `authorization`.');

const receiver = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('webhook'),
    url: url.describe("Takes Alertmanager's webhook format, version 4."),
    secrets: secrets.describe('Signing secrets of Standard Webhooks; every message is signed with each, newest first.'),
    headers,
    ...common,
  }),
  z.strictObject({
    kind: z.literal('slack'),
    url: url.describe('Address of an incoming webhook of Slack.'),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('dingtalk'),
    url: url.describe('Address of a custom robot of DingTalk, with its `access_token`.'),
    secret: z.string().min(1).max(256).nullable().default(null).meta({ secret: true }).describe('Of the signed mode.'),
    atMobiles: z
      .array(z.string().regex(/^[+0-9-]{3,20}$/))
      .max(50)
      .default([])
      .describe('Telephone numbers to call by name.'),
    atAll: z.boolean().default(false).describe('Whether everybody in the group is called.'),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    routingKey: z.string().min(1).max(256).meta({ secret: true }).describe('Integration key of the Events API v2.'),
    url: url.default('https://events.pagerduty.com/v2/enqueue').describe('Of the Events API v2.'),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('alertmanager'),
    url: url.describe('Base address of Alertmanager; `/api/v2/alerts` is added.'),
    headers,
    keepAliveMs: z
      .int()
      .min(1_000)
      .max(DAY_MS)
      .default(60_000)
      .describe('How often alerts that fire are sent again, in ms; Alertmanager ends them after four times as long.'),
    ...common,
  }),
]);

export type ReceiverOptions = z.output<typeof receiver>;

const inhibition = z.strictObject({
  source: z.array(matcher).min(1).max(20).describe('An alert that fires and matches all of these …'),
  target: z.array(matcher).min(1).max(20).describe('… keeps those that match all of these from being told …'),
  equal: z.array(labelName).max(20).default([]).describe('… where both have the same values of these labels.'),
});

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day, like 22:30');

const maintenance = z
  .strictObject({
    name: name.describe('For people.'),
    matchers: matchers.describe('Which alerts are not told meanwhile; none means all.'),
    from: z.iso.datetime({ offset: true }).optional().describe('Begin of a single window, ISO 8601.'),
    to: z.iso.datetime({ offset: true }).optional().describe('End of a single window, ISO 8601.'),
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
      .max(7)
      .default([])
      .describe('Days of a window that comes again every week; none means every day.'),
    start: timeOfDay.optional().describe('Time of day at which it begins.'),
    end: timeOfDay.optional().describe('Time of day at which it ends; before `start`: on the next day.'),
    timeZone: z
      .string()
      .refine(isTimeZone, 'must be a time zone, like Europe/Berlin')
      .default('UTC')
      .describe('Of `days`, `start` and `end`.'),
  })
  .refine(({ from = '', to = '' }) => from === '' || to === '' || Date.parse(from) < Date.parse(to), {
    path: ['to'],
    error: 'must be after `from`',
  })
  .refine(
    ({ from, to, start, end }) =>
      (from === undefined) === (to === undefined) &&
      (start === undefined) === (end === undefined) &&
      (from === undefined) !== (start === undefined),
    'needs either `from` and `to`, or `start` and `end`',
  );

export type MaintenanceOptions = z.output<typeof maintenance>;
export type InhibitionOptions = z.output<typeof inhibition>;

const first = z
  .strictObject({
    receiver: name.describe('Name of the receiver of everything that no route below takes.'),
    groupBy: timing.groupBy.default(['alertname', 'worker']),
    groupWaitMs: timing.groupWaitMs.default(1_000),
    groupIntervalMs: timing.groupIntervalMs.default(300_000),
    repeatIntervalMs: timing.repeatIntervalMs.default(14_400_000),
    routes: z.array(route).max(100).default([]).describe('Tried in order; the first that matches takes the alert.'),
  })
  .describe('Where alerts go, and how they are gathered.');

export type FirstRoute = z.output<typeof first>;

export const webhookOptions = z
  .strictObject({
    receivers: z
      .record(name, receiver)
      .refine((all) => Object.keys(all).length >= 1 && Object.keys(all).length <= 50, 'must name 1 to 50 receivers')
      .describe('By name.'),
    route: first,
    inhibit: z
      .array(inhibition)
      .max(100)
      .default([
        {
          source: [{ label: 'alertname', operator: '=', value: 'WorkerDied' }],
          target: [{ label: 'alertname', operator: '!=', value: 'WorkerDied' }],
          equal: ['worker'],
        },
        {
          source: [{ label: 'alertname', operator: '=~', value: 'WorkerHung|workerHung' }],
          target: [{ label: 'alertname', operator: '!~', value: 'WorkerHung|workerHung|WorkerDied' }],
          equal: ['worker'],
        },
      ])
      .describe('Alerts that explain others. By default a dead or hung worker explains what is wrong within it.'),
    maintenance: z.array(maintenance).max(100).default([]).describe('Windows of time in which nothing is told.'),
    externalUrl: z
      .url({ protocol: /^https?$/ })
      .max(1_000)
      .refine((text) => !/\/\/[^/]*@/.test(text), 'must hold no user and password: receivers are told of it')
      .optional()
      .describe('Where people reach GraphiQL of this monitor; notifications link to it.'),
    stateFile: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('File that keeps what was told and what still waits over a restart. Without it both are forgotten.'),
    deadLetterFile: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe(
        'File that notifications which were refused or given up are appended to, a line of JSON each; 16 MiB at most.',
      ),
    retry: z
      .strictObject({
        initialMs: z.int().min(10).max(600_000).default(1_000).describe('Wait after the first failure, in ms.'),
        maxMs: z.int().min(10).max(3_600_000).default(60_000).describe('Longest wait between two attempts, in ms.'),
      })
      .prefault({})
      .describe('What happens after a failed request; the wait doubles each time, less a random part.'),
  })
  .superRefine(({ receivers, route: top }, context) => {
    checkRoutes([top], ['route'], 0, (path, message) => context.addIssue({ code: 'custom', path, message }), receivers);
  });

export type WebhookOptions = z.output<typeof webhookOptions>;

type Tell = (path: (string | number)[], message: string) => void;

function checkRoutes(
  routes: readonly (Pick<RouteInput, 'receiver'> & { readonly routes: readonly RouteOptions[] })[],
  path: (string | number)[],
  depth: number,
  tell: Tell,
  receivers: Readonly<Record<string, unknown>>,
): void {
  for (const [index, each] of routes.entries()) {
    const here = depth === 0 ? path : [...path, index];
    if (depth > MAX_ROUTE_DEPTH) {
      tell(here, `routes may lie at most ${MAX_ROUTE_DEPTH} deep`);
      return;
    }
    if (each.receiver !== undefined && !Object.hasOwn(receivers, each.receiver)) {
      tell(
        [...here, 'receiver'],
        `there is no receiver '${each.receiver}'; there are: ${Object.keys(receivers).join(', ')}`,
      );
    }
    checkRoutes(each.routes, [...here, 'routes'], depth + 1, tell, receivers);
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

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone }).format(0);
    return true;
  } catch {
    return false;
  }
}
