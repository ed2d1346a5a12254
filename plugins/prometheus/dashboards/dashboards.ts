import type { Dashboard } from './grafana.js';
import { infrastructure } from './infrastructure.js';
import { sfuHealth } from './sfu-health.js';
import { streamDetail } from './stream-detail.js';

/** The dashboards by the names of their files. */
export const DASHBOARDS: Readonly<Record<string, Dashboard>> = {
  'sfu-health.json': sfuHealth,
  'stream-detail.json': streamDetail,
  'infrastructure.json': infrastructure,
};

const LIST_OF_TEXTS = /\[\n\s+("[^"\n]*"(?:,\n\s+"[^"\n]*")*)\n\s+\]/g;

/** What stands in the file of a dashboard: lists of texts in one line, as the formatter of this repository has them. */
export function dashboardText(dashboard: Dashboard): string {
  const text = JSON.stringify(dashboard, null, 2);
  const compact = text.replaceAll(LIST_OF_TEXTS, (_, items: string) => `[${items.replaceAll(/\n\s+/g, ' ')}]`);
  return `${compact}\n`;
}
