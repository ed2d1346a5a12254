import { DATASOURCE, type FieldDefaults, type Override, type Panel, type Target, type Threshold } from './grafana.js';

/** A panel that has no place yet. */
export type Unplaced = Omit<Panel, 'id' | 'gridPos'> & { readonly w: number; readonly h: number };

export interface Query {
  readonly expr: string;
  /** What its series are called; `{{label}}` is filled in. */
  readonly legend: string;
  /** Whether to show exemplars: for quantiles of histograms. */
  readonly exemplar?: boolean;
}

interface Base {
  readonly title: string;
  /** What it tells, and what to make of it. */
  readonly description: string;
  /** Grafana's id of the unit. */
  readonly unit: string;
  /** Columns of 24. */
  readonly w?: number;
  readonly h?: number;
}

interface Scaled extends Base {
  readonly min?: number;
  readonly max?: number;
  /** From which value on it is which colour, besides green from the beginning. */
  readonly thresholds?: readonly Threshold[];
}

export interface TimeSeries extends Scaled {
  readonly queries: readonly Query[];
  readonly stacked?: boolean;
}

export interface Stat extends Scaled {
  readonly expr: string;
}

export interface Heatmap extends Base {
  readonly expr: string;
}

export interface BarGauge extends Scaled {
  readonly expr: string;
  readonly legend: string;
}

interface Column {
  readonly title: string;
  readonly expr: string;
  readonly unit: string;
  readonly thresholds?: readonly Threshold[];
}

export interface Table extends Omit<Base, 'unit'> {
  /** One query each; their series meet in a row where they have the same labels. */
  readonly columns: readonly Column[];
}

const GREEN: Threshold = { color: 'green', value: null };
const REDUCE = { calcs: ['lastNotNull'], fields: '', values: false };

export function warnAbove(value: number): readonly Threshold[] {
  return [{ color: 'orange', value }];
}

export function warnAndAlarmAbove(warn: number, alarm: number): readonly Threshold[] {
  return [
    { color: 'orange', value: warn },
    { color: 'red', value: alarm },
  ];
}

export function timeSeries({ queries, stacked = false, ...base }: TimeSeries): Unplaced {
  const custom = {
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: stacked ? 30 : 6,
    showPoints: 'never',
    spanNulls: false,
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: base.thresholds === undefined ? 'off' : 'dashed' },
  };
  return {
    ...frame('timeseries', base),
    fieldConfig: { defaults: { ...scale(base), color: { mode: 'palette-classic' }, custom }, overrides: [] },
    options: {
      legend: { displayMode: 'table', placement: 'bottom', showLegend: true, calcs: ['lastNotNull', 'max'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: queries.map(({ expr, legend, exemplar = false }, index) => ({
      ...target(index, expr, legend),
      ...(exemplar ? { exemplar } : {}),
    })),
  };
}

export function stat({ expr, ...base }: Stat): Unplaced {
  return {
    ...frame('stat', { w: 4, h: 4, ...base }),
    fieldConfig: { defaults: { ...scale(base), color: { mode: 'thresholds' }, noValue: '–' }, overrides: [] },
    options: {
      reduceOptions: REDUCE,
      colorMode: 'value',
      graphMode: 'area',
      justifyMode: 'auto',
      orientation: 'auto',
      textMode: 'value',
      wideLayout: true,
    },
    targets: [target(0, expr, base.title)],
  };
}

/** Buckets of a histogram over time. */
export function heatmap({ expr, ...base }: Heatmap): Unplaced {
  return {
    ...frame('heatmap', base),
    fieldConfig: { defaults: { unit: 'none', custom: { scaleDistribution: { type: 'linear' } } }, overrides: [] },
    options: {
      calculate: false,
      cellGap: 1,
      color: { mode: 'scheme', scheme: 'Turbo', steps: 64, exponent: 0.5, fill: 'dark-orange', reverse: false },
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      filterValues: { le: 1e-9 },
      legend: { show: true },
      rowsFrame: { layout: 'auto' },
      showValue: 'never',
      tooltip: { mode: 'single', yHistogram: true, showColorScale: false },
      yAxis: { axisPlacement: 'left', unit: base.unit, reverse: false },
    },
    targets: [{ ...target(0, expr, '{{le}}'), format: 'heatmap', exemplar: true }],
  };
}

/** The series of one instant query, one bar each. */
export function barGauge({ expr, legend, ...base }: BarGauge): Unplaced {
  return {
    ...frame('bargauge', base),
    fieldConfig: { defaults: { ...scale(base), color: { mode: 'thresholds' } }, overrides: [] },
    options: {
      displayMode: 'basic',
      namePlacement: 'left',
      orientation: 'horizontal',
      reduceOptions: REDUCE,
      showUnfilled: true,
      sizing: 'auto',
      valueMode: 'color',
    },
    targets: [{ ...target(0, expr, legend), instant: true, range: false }],
  };
}

export function table({ columns, ...base }: Table): Unplaced {
  const targets = columns.map(({ expr }, index): Target => {
    return { ...target(index, expr, ''), format: 'table', instant: true, range: false };
  });
  const overrides = columns.map(({ title, unit, thresholds }): Override => {
    const coloured = [
      { id: 'thresholds', value: steps(thresholds) },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
    ];
    const properties = [{ id: 'unit', value: unit }, ...(thresholds === undefined ? [] : coloured)];
    return { matcher: { id: 'byName', options: title }, properties };
  });
  const renameByName = Object.fromEntries(columns.map(({ title }, index) => [`Value #${refId(index)}`, title]));
  return {
    ...frame('table', { ...base, unit: 'none' }),
    fieldConfig: { defaults: { unit: 'none' }, overrides },
    options: { cellHeight: 'sm', showHeader: true },
    targets,
    transformations: [
      { id: 'merge', options: {} },
      { id: 'organize', options: { excludeByName: { Time: true }, renameByName } },
    ],
  };
}

function frame<T extends Panel['type']>(type: T, { title, description, w = 8, h = 8 }: Base) {
  return { type, title, description, datasource: DATASOURCE, w, h };
}

function scale({ unit, min, max, thresholds }: Scaled): FieldDefaults {
  return {
    unit,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    thresholds: steps(thresholds),
  };
}

function steps(thresholds: readonly Threshold[] = []): { mode: 'absolute'; steps: readonly Threshold[] } {
  return { mode: 'absolute', steps: thresholds[0]?.value === null ? thresholds : [GREEN, ...thresholds] };
}

function target(index: number, expr: string, legendFormat: string): Target {
  return {
    refId: refId(index),
    datasource: DATASOURCE,
    editorMode: 'code',
    expr,
    legendFormat,
    format: 'time_series',
    instant: false,
    range: true,
  };
}

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
