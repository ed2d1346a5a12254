import type { Alert, AlertExample } from '../../../core/index.js';
import type { NotifiedAlert } from '../notification.js';

/** What is told of an alert. Examples, verdict and query go into the annotations, where every receiver shows them. */
export function describe(alert: Alert, externalUrl: string): NotifiedAlert {
  const { labels, annotations, verdict, examples, query, state, firingSince, since, resolvedAt, fingerprint } = alert;
  return {
    status: state === 'resolved' ? 'resolved' : 'firing',
    labels,
    annotations: {
      ...annotations,
      ...(verdict !== null && { verdict: `${verdict.side}: ${verdict.reason}` }),
      ...(examples.length > 0 && { examples: examples.map(exampleText).join('\n') }),
      ...(query !== null && { query }),
    },
    startsAt: firingSince ?? since,
    endsAt: resolvedAt,
    generatorUrl: externalUrl === '' || query === null ? '' : linkTo(externalUrl, query),
    fingerprint,
  };
}

/** GraphiQL takes a query from its address. */
function linkTo(externalUrl: string, query: string): string {
  return `${externalUrl}${externalUrl.includes('?') ? '&' : '?'}query=${encodeURIComponent(query)}`;
}

/** For example `consumer 3f… (room r1, peer p2; id Y29u…): score 2, lossRatio 0.31`. */
function exampleText({ entity, globalId, room, peer, values }: AlertExample): string {
  const where = [room !== null && `room ${room}`, peer !== null && `peer ${peer}`].filter(Boolean).join(', ');
  const numbers = Object.entries(values).map(
    ([field, value]) => `${field} ${value === null ? 'unknown' : shown(value)}`,
  );
  const inside = [where, `id ${globalId}`].filter((part) => part !== '').join('; ');
  return `${entity.kind} ${entity.id} (${inside})${numbers.length > 0 ? `: ${numbers.join(', ')}` : ''}`;
}

function shown(value: number | string | boolean): string {
  return typeof value === 'number' ? `${Number(value.toPrecision(4))}` : `${value}`;
}
