import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DASHBOARDS, dashboardText } from '../../../plugins/prometheus/dashboards/dashboards.js';
import type { GridPosition, Panel } from '../../../plugins/prometheus/dashboards/grafana.js';
import { labelsIn, mistakesIn } from '../../support/expression-check.js';

const FOLDER = new URL('../../../plugins/prometheus/dashboards/', import.meta.url);
const dashboards = Object.entries(DASHBOARDS).map(([file, dashboard]) => {
  const panels = dashboard.panels.filter((panel): panel is Panel => panel.type !== 'row');
  return { file, dashboard, panels };
});

describe('the dashboards', () => {
  it('are written when SFUSCOPE_WRITE_DOCS is set, and every file is one of them', () => {
    if (process.env.SFUSCOPE_WRITE_DOCS !== undefined) {
      for (const { file, dashboard } of dashboards) writeFileSync(new URL(file, FOLDER), dashboardText(dashboard));
    }

    expect(readdirSync(FOLDER).filter((file) => file.endsWith('.json'))).toEqual(Object.keys(DASHBOARDS).sort());
  });

  it('have names and ids of their own', () => {
    expect(new Set(dashboards.map(({ dashboard }) => dashboard.uid)).size).toBe(dashboards.length);
    expect(new Set(dashboards.map(({ dashboard }) => dashboard.title)).size).toBe(dashboards.length);
  });
});

describe.each(dashboards)('$file', ({ file, dashboard, panels }) => {
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const variables = dashboard.templating.list;

  it('is what the builders make; SFUSCOPE_WRITE_DOCS=1 writes it anew', () => {
    expect(readFileSync(new URL(file, FOLDER), 'utf8')).toBe(dashboardText(dashboard));
  });

  it('names only metrics and labels of the table, and counters only by their increase', () => {
    const ofAnnotations = dashboard.annotations.list.map(({ target }) => target.expr);

    expect([...expressions, ...ofAnnotations].flatMap((expr) => mistakesIn(expr))).toEqual([]);
  });

  it('names series by labels they have', () => {
    const foreign = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr, legendFormat }) => {
        const known = new Set([...labelsIn(expr), ...addedLabels(expr)]);
        const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label ?? '');
        return named.filter((label) => !known.has(label)).map((label) => `${label}: ${expr}`);
      }),
    );

    expect(foreign).toEqual([]);
  });

  it('lets the data source and the instance be chosen, and uses what can be chosen', () => {
    const names = variables.map(({ name }) => name);
    const used = expressions.flatMap((expr) => [...expr.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? ''));

    expect(names).toEqual(expect.arrayContaining(['datasource', 'instance']));
    expect(new Set(used.filter((name) => !name.startsWith('__')))).toEqual(
      new Set(names.filter((name) => name !== 'datasource')),
    );
    for (const { datasource } of panels) expect(datasource.uid).toBe('$datasource');
  });

  it('narrows every series by the instance', () => {
    const all = expressions.filter((expr) => expr.split('{').length !== expr.split('{instance=~"$instance"').length);

    expect(all).toEqual([]);
  });

  it('says of every panel what it shows, and in which unit', () => {
    const silent = panels.filter(({ type, title, description, fieldConfig, options }) => {
      const axis = options.yAxis as { unit?: string } | undefined;
      const unit = type === 'heatmap' ? axis?.unit : fieldConfig.defaults.unit;
      return title === '' || !/^[A-Zp1].*\.$/.test(description) || unit === undefined || unit === '';
    });

    expect(silent.map(({ title }) => title)).toEqual([]);
  });

  it('has a place for every panel, and no two in the same', () => {
    const places = dashboard.panels.map(({ gridPos }) => gridPos);
    const overlapping = places.filter((a, i) => places.some((b, j) => j > i && overlap(a, b)));

    expect(overlapping).toEqual([]);
    for (const { x, w } of places) expect(x + w).toBeLessThanOrEqual(24);
    expect(dashboard.panels.map(({ id }) => id)).toEqual(dashboard.panels.map((_, index) => index + 1));
  });

  it('gives the queries of a panel letters of their own', () => {
    for (const { targets } of panels) expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });
});

/** Labels that an expression makes itself. */
function addedLabels(expr: string): string[] {
  return [...expr.matchAll(/label_replace\(.*?, "(\w+)", "/g)].map(([, label]) => label ?? '');
}

function overlap(a: GridPosition, b: GridPosition): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
