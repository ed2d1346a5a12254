import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_RULES } from '../../plugins/alerts/rules/defaults.js';
import { durationMs } from '../../plugins/alerts/rules/duration.js';
import { ruleSchema } from '../../plugins/alerts/rules/rule.js';
import { EVENT_COUNTS, EXPRESSIONS } from '../../server/prometheus-rules/expressions.js';
import { type ExportedRule, ruleFile } from '../../server/prometheus-rules/rule-file.js';
import { translate } from '../../server/prometheus-rules/translate.js';
import { FIELDS } from '../../plugins/alerts/fields/table.js';
import { mistakesIn } from '../support/expression-check.js';
import { promtool, withoutPrometheus } from '../support/promtool.js';
import { temporaryFolder, writeFile } from '../support/temporary-folder.js';

const texts = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([name, value]) => ({ name, value }));

const DEFAULTS: readonly ExportedRule[] = DEFAULT_RULES.map((input) => {
  const rule = ruleSchema.parse(input);
  const times = { forMs: durationMs(rule.for), keepFiringForMs: durationMs(rule.keepFiringFor) };
  return { ...rule, ...times, labels: texts(rule.labels), annotations: texts(rule.annotations) };
});

const OWN: ExportedRule = {
  name: 'Own',
  scope: 'worker',
  when: 'worker.cpuRatio >= 0.5 && !worker.hung',
  severity: 'info',
  forMs: 1_500,
  keepFiringForMs: 0,
  labels: [{ name: 'team', value: 'media' }],
  annotations: [{ name: 'summary', value: 'Worker {{labels.worker}} at {{value}}, pid {{worker.id}}.' }],
};

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

const rulesIn = (text: string) => (parse(text) as RuleFile).groups[0]?.rules ?? [];

describe('the export of alert rules to Prometheus', () => {
  it('has for every default rule either an expression or a reason why there is none', () => {
    const text = ruleFile(DEFAULTS);
    const exported = rulesIn(text).map(({ alert }) => alert);
    const refused = [...text.matchAll(/^# - (\w+) cannot be expressed: (.+)\.$/gm)].map(([, name]) => name);

    expect(new Set([...exported, ...refused])).toEqual(new Set(DEFAULTS.map(({ name }) => name)));
    expect(exported.length + refused.length).toBe(DEFAULTS.length);
    expect(new Set(refused)).toEqual(
      new Set([
        'KeyFrameStorm',
        'MonitorOverrun',
        'PluginQueueFull',
        'ProducerStalled',
        'RouterUnused',
        'UplinkLossHigh',
        'WorkerStressed',
      ]),
    );
  });

  it('reads fields that conditions have, and metrics and labels of the table', () => {
    for (const field of Object.keys(EXPRESSIONS)) {
      const [variable = '', name = ''] = field.split('.');
      expect(Object.keys(FIELDS[variable as keyof typeof FIELDS])).toContain(name);
    }
    const expressions = Object.values(EXPRESSIONS).flatMap((one) => ('expr' in one ? [one.expr] : []));
    expect([...expressions, ...Object.values(EVENT_COUNTS)].flatMap((expr) => mistakesIn(expr))).toEqual([]);
  });

  it('keeps what a rule says: its times, labels and texts', () => {
    expect(rulesIn(ruleFile([OWN]))).toEqual([
      {
        alert: 'Own',
        expr:
          '(max by (job, instance, worker) (mediasoup_worker_cpu_ratio)) >= 0.5\n' +
          'and (1 - max by (job, instance, worker) (mediasoup_worker_up)) == 0',
        for: '1500ms',
        labels: { severity: 'info', team: 'media' },
        annotations: { summary: 'Worker {{ $labels.worker }} at {{ $value }}, pid ?.' },
      },
    ]);
  });

  it.each([
    ['room', 'room.stalledProducers > 3', 'no metric tells a single room'],
    ['sfu', 'sfu.rooms > 1 || sfu.peers > 2', 'more than comparisons'],
    ['sfu', 'sfu.rooms * 2.0 > 1', 'more than comparisons'],
    ['sfu', 'sfu.draining', 'no metric tells sfu.draining'],
    ['worker', 'worker.cpuRatio > 0.5 && sfu.rooms > 1', 'compares a worker with the whole SFU'],
    ['worker', 'worker.id == "100"', 'no metric tells worker.id'],
    ['event', 'event.type == "producer.stalled"', 'no metric counts just these events'],
    ['event', 'event.type == "worker.died" && event.signal == "SIGKILL"', 'no metric counts just these events'],
  ])('says of %s, %s why it cannot be expressed', (scope, when, reason) => {
    expect(translate({ name: 'A', scope, when })).toEqual({ missing: expect.stringContaining(reason) });
  });

  it.skipIf(withoutPrometheus)('is a rule file in which promtool finds no fault', async () => {
    const file = writeFile(temporaryFolder(), 'exported.yml', ruleFile([...DEFAULTS, OWN]));

    const { code, output } = await promtool(['check', 'rules', file]);

    expect(output).toContain('SUCCESS');
    expect(code).toBe(0);
  });
});
