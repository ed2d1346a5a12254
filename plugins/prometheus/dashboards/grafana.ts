/** As much of Grafana's dashboard JSON as our dashboards use. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly editable: boolean;
  readonly graphTooltip: 0 | 1 | 2;
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly timezone: string;
  readonly links: readonly DashboardLink[];
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly (Panel | Row)[];
}

export interface DashboardLink {
  readonly type: 'dashboards';
  readonly title: string;
  readonly tags: readonly string[];
  readonly asDropdown: boolean;
  readonly icon: string;
  readonly targetBlank: boolean;
  readonly tooltip: string;
  readonly includeVars: boolean;
  readonly keepTime: boolean;
}

export interface Datasource {
  readonly type: string;
  readonly uid: string;
}

export interface Annotation {
  readonly name: string;
  readonly datasource: Datasource;
  readonly enable: boolean;
  readonly iconColor: string;
  readonly target: Pick<Target, 'refId' | 'editorMode' | 'expr'>;
  readonly titleFormat: string;
  readonly textFormat: string;
}

/** A choice at the top of a dashboard. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'datasource' | 'query' | 'custom';
  readonly query: string | { readonly query: string; readonly refId: string };
  readonly datasource?: Datasource;
  readonly refresh?: 0 | 1 | 2;
  readonly sort?: number;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly current?: { readonly text: readonly string[]; readonly value: readonly string[] };
}

export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Row {
  readonly id: number;
  readonly type: 'row';
  readonly title: string;
  readonly collapsed: boolean;
  readonly gridPos: GridPosition;
  readonly panels: readonly [];
}

export interface Target {
  readonly refId: string;
  readonly datasource: Datasource;
  readonly editorMode: 'code';
  readonly expr: string;
  readonly legendFormat: string;
  readonly format: 'time_series' | 'heatmap' | 'table';
  readonly instant: boolean;
  readonly range: boolean;
  readonly exemplar?: boolean;
}

export interface Threshold {
  readonly color: string;
  /** `null` is where the scale begins. */
  readonly value: number | null;
}

export interface Override {
  readonly matcher: { readonly id: 'byName'; readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

export interface FieldDefaults {
  readonly unit: string;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  readonly noValue?: string;
  readonly color?: { readonly mode: string };
  readonly thresholds?: { readonly mode: 'absolute'; readonly steps: readonly Threshold[] };
  readonly custom?: Readonly<Record<string, unknown>>;
}

export interface Panel {
  readonly id: number;
  readonly type: 'timeseries' | 'stat' | 'heatmap' | 'bargauge' | 'table';
  readonly title: string;
  readonly description: string;
  readonly datasource: Datasource;
  readonly gridPos: GridPosition;
  readonly fieldConfig: { readonly defaults: FieldDefaults; readonly overrides: readonly Override[] };
  readonly options: Readonly<Record<string, unknown>>;
  readonly targets: readonly Target[];
  readonly transformations?: readonly { readonly id: string; readonly options: unknown }[];
}

/** The dashboard schema of Grafana 12 and 13; newer ones migrate it when they load it. */
export const SCHEMA_VERSION = 42;

/** The data source chosen at the top. */
export const DATASOURCE: Datasource = { type: 'prometheus', uid: '$datasource' };
