import { LABELS } from '../catalogue/labels.js';
import {
  type Annotation,
  DATASOURCE,
  type Dashboard,
  type DashboardLink,
  type Panel,
  type Row,
  SCHEMA_VERSION,
  type Variable,
} from './grafana.js';
import type { Unplaced } from './panels.js';
import { recent } from './promql.js';

interface Chapter {
  readonly title: string;
  readonly panels: readonly Unplaced[];
}

export interface DashboardOptions {
  /** Stays the same for ever: links and an import over an older one go by it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Which choices there are at the top, besides the data source and the instance. */
  readonly choices: readonly ('worker' | 'kind')[];
  readonly chapters: readonly Chapter[];
}

const TAG = 'sfuscope';
const COLUMNS = 24;

/** A dashboard as Grafana imports it; the same options always give the same text. */
export function dashboard({ uid, title, description, choices, chapters }: DashboardOptions): Dashboard {
  return {
    uid,
    title,
    description,
    tags: [TAG, 'mediasoup'],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    links: [LINKS],
    annotations: { list: [WORKER_DEATHS] },
    templating: { list: [SOURCE, INSTANCE, ...choices.map((choice) => CHOICES[choice])] },
    panels: placed(chapters),
  };
}

/** To every dashboard of ours. */
const LINKS: DashboardLink = {
  type: 'dashboards',
  title: 'sfuscope',
  tags: [TAG],
  asDropdown: false,
  icon: 'external link',
  includeVars: true,
  keepTime: true,
  targetBlank: false,
  tooltip: '',
};

const WORKER_DEATHS: Annotation = {
  name: 'Worker deaths',
  datasource: DATASOURCE,
  enable: true,
  iconColor: 'red',
  target: {
    refId: 'Anno',
    editorMode: 'code',
    expr: `${recent('mediasoup_entities_closed_total', 'entity="worker"', 'reason="worker_died"')} > 0`,
  },
  titleFormat: 'A worker died',
  textFormat: '{{instance}}',
};

const SOURCE: Variable = {
  name: 'datasource',
  label: 'Data source',
  description: 'The Prometheus that scrapes the SFUs.',
  type: 'datasource',
  query: 'prometheus',
};

const INSTANCE: Variable = choice('instance', 'Instance', 'The SFUs to show.', 'mediasoup_info');

const CHOICES = {
  worker: choice('worker', 'Worker', LABELS.worker.help, 'mediasoup_worker_up{instance=~"$instance"}'),
  kind: {
    name: 'kind',
    label: 'Kind',
    description: LABELS.kind.help,
    type: 'custom',
    query: LABELS.kind.values.join(','),
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
  },
} as const satisfies Record<string, Variable>;

/** All that a label can be, and all of them at first. */
function choice(name: string, label: string, description: string, series: string): Variable {
  return {
    name,
    label,
    description,
    type: 'query',
    datasource: DATASOURCE,
    query: { query: `label_values(${series}, ${name})`, refId: name },
    refresh: 2,
    sort: 3,
    multi: true,
    includeAll: true,
    // Matches series without the label, too: an option may leave it out.
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
  };
}

/** Chapters one below the other, panels from left to right while they fit. */
function placed(chapters: readonly Chapter[]): (Panel | Row)[] {
  const panels: (Panel | Row)[] = [];
  let y = 0;
  for (const { title, panels: unplaced } of chapters) {
    const gridPos = { x: 0, y, w: COLUMNS, h: 1 };
    panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, gridPos, panels: [] });
    y += 1;
    let x = 0;
    let height = 0;
    for (const { w, h, ...panel } of unplaced) {
      if (x + w > COLUMNS) {
        y += height;
        x = 0;
        height = 0;
      }
      panels.push({ id: panels.length + 1, gridPos: { x, y, w, h }, ...panel });
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return panels;
}
