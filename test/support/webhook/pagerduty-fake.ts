import { z } from 'zod';
import type { Received, Reply } from './receiver-server.js';

const LARGEST_BODY = 524_288;

const link = z.strictObject({ href: z.url(), text: z.string().optional() });
const common = { routing_key: z.string().length(32), dedup_key: z.string().max(255) };

/** The event of raw.githubusercontent.com/PagerDuty/api-schema, reference/events-v2/openapiv3.json; no unknown fields here, to catch typos. */
const event = z.discriminatedUnion('event_action', [
  z.strictObject({
    ...common,
    event_action: z.literal('trigger'),
    client: z.string().optional(),
    client_url: z.url().optional(),
    links: z.array(link).optional(),
    payload: z.strictObject({
      summary: z.string().min(1).max(1024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime({ offset: true }).optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.strictObject({ ...common, event_action: z.literal('resolve') }),
]);

/**
 * PagerDuty's Events API v2, as strict as the real one (developer.pagerduty.com/docs/send-alert-event): 202 and the key, 400 with a list of
 * errors, 413 above 512 kB, 429 when there are too many.
 */
export class PagerDutyFake {
  /** Incidents that are open, by key: their summaries. */
  readonly open = new Map<string, string>();
  readonly events: z.output<typeof event>[] = [];
  isBusy = false;

  readonly answer = ({ path, body }: Received): Reply => {
    if (path !== '/v2/enqueue') return { status: 404, body: '' };
    if (this.isBusy) return { status: 429, body: '' };
    if (Buffer.byteLength(body) > LARGEST_BODY) return { status: 413, body: '' };
    const parsed = event.safeParse(JSON.parse(body));
    if (!parsed.success)
      return invalid(parsed.error.issues.map((issue) => `'${issue.path.join('.')}' ${issue.message}`));
    const { dedup_key, event_action } = parsed.data;
    this.events.push(parsed.data);
    if (event_action === 'resolve') this.open.delete(dedup_key);
    else this.open.set(dedup_key, parsed.data.payload.summary);
    return { status: 202, body: JSON.stringify({ status: 'success', message: 'Event processed', dedup_key }) };
  };
}

function invalid(errors: readonly string[]): Reply {
  return { status: 400, body: JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors }) };
}
