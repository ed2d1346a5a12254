import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mistakesIn } from '../../support/expression-check.js';
import { promtool, withoutPrometheus } from '../../support/promtool.js';
import { ALERT_RULES, comparisonsOf, RECORDED, RECORDING_RULES, RULES_FILE } from '../../support/rule-files.js';
import { temporaryFolder, writeFile } from '../../support/temporary-folder.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const CASES = new URL('rules/', import.meta.url).pathname;
const caseFiles = readdirSync(CASES).map((file) => join(CASES, file));

interface CaseFile {
  readonly tests: readonly {
    readonly name: string;
    readonly input_series: readonly unknown[];
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
  }[];
}

describe('the rules', () => {
  it('name only metrics and labels of the table, and what they record themselves', () => {
    const expressions = [...RECORDING_RULES, ...ALERT_RULES].map(({ expr }) => expr);

    expect(expressions.flatMap((expr) => mistakesIn(expr, RECORDED))).toEqual([]);
  });

  it('record nothing that no alert needs and no reader would look for', () => {
    const used = [...RECORDING_RULES, ...ALERT_RULES].map(({ expr }) => expr).join('\n');
    const unused = RECORDING_RULES.filter(({ record }) => !used.includes(record)).map(({ record }) => record);

    expect(unused).toEqual(['instance_kind:mediasoup_consumer_round_trip_time_seconds:p95']);
  });
});

describe('the alerts', () => {
  it('have names of their own', () => {
    expect(new Set(ALERT_RULES.map(({ alert }) => alert)).size).toBe(ALERT_RULES.length);
  });

  it.each(ALERT_RULES)('$alert says what is wrong, what to do, and which query tells more', (rule) => {
    const { labels, annotations } = rule;

    expect(['info', 'warning', 'critical']).toContain(labels.severity);
    expect(annotations.summary).toContain('$labels.instance');
    expect(annotations.description).toMatch(/^[A-Z][\s\S]*\.$/);
    expect(existsSync(join(ROOT, annotations.runbook)), annotations.runbook).toBe(true);
    expect(comparisonsOf(rule).length).toBeGreaterThan(0);
  });

  it.each(ALERT_RULES)('$alert is explained in docs/dashboards.md with its severity and its query', (rule) => {
    const page = readFileSync(join(ROOT, 'docs/dashboards.md'), 'utf8');
    const [, entry] = page.split(`**\`${rule.alert}\`** (${rule.labels.severity}, `);

    expect(entry?.split('\n- **')[0]).toContain(`](${rule.annotations.runbook.replace(/^docs\//, '')})`);
  });

  it.each(ALERT_RULES)('$alert has a test in which it fires and one in which it stays silent', ({ alert }) => {
    const file = join(CASES, `${alert.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase()}.yml`);
    const { tests } = parse(readFileSync(file, 'utf8')) as CaseFile;
    const expected = (name: string) => {
      const found = tests.find((test) => test.name === name && test.input_series.length > 0);
      return found?.alert_rule_test.filter(({ alertname }) => alertname === alert).map(({ exp_alerts }) => exp_alerts);
    };

    expect(
      expected('fires')?.every((alerts) => alerts.length > 0),
      'fires',
    ).toBe(true);
    expect(
      expected('stays silent')?.every((alerts) => alerts.length === 0),
      'stays silent',
    ).toBe(true);
    expect(expected('fires')).not.toEqual([]);
    expect(expected('stays silent')).not.toEqual([]);
  });

  it('are all that the tests speak of', () => {
    expect(caseFiles).toHaveLength(ALERT_RULES.length);
  });
});

describe.skipIf(withoutPrometheus)('promtool', () => {
  it('finds no fault with the rules', async () => {
    expect(await promtool(['check', 'rules', '--lint=all', '--lint-fatal', RULES_FILE])).toMatchObject({ code: 0 });
  });

  it('sees every alert fire, and stay silent, as its test says', async () => {
    const { code, output } = await promtool(['test', 'rules', ...caseFiles]);

    expect(output.match(/SUCCESS/g)).toHaveLength(caseFiles.length);
    expect(code).toBe(0);
  });

  it('does see a rule that has become wrong', async () => {
    const folder = temporaryFolder();
    const rules = writeFile(
      folder,
      'rules.yml',
      readFileSync(RULES_FILE, 'utf8').replace('cpu_ratio > 0.8', 'cpu_ratio > 0.95'),
    );
    const text = readFileSync(join(CASES, 'sfu-worker-cpu-high.yml'), 'utf8');
    const file = writeFile(folder, 'case.yml', text.replace(/\S+sfuscope\.rules\.yml/, rules));

    expect(await promtool(['test', 'rules', file])).toMatchObject({ code: 1 });
  });
});
