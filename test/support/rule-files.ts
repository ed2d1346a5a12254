import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook: string };
}

/** One line of an alert's expression: a value, and the threshold it is compared with. */
export interface Comparison {
  readonly value: string;
  readonly operator: string;
  readonly threshold: number;
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly (RecordingRule | AlertRule)[] }[];
}

/** The rules that ship with the plugin. */
export const RULES_FILE = new URL('../../plugins/prometheus/rules/sfuscope.rules.yml', import.meta.url).pathname;

const { groups } = parse(readFileSync(RULES_FILE, 'utf8')) as RuleFile;
const rules = groups.flatMap((group) => group.rules);

export const RECORDING_RULES = rules.filter((rule): rule is RecordingRule => 'record' in rule);
export const ALERT_RULES = rules.filter((rule): rule is AlertRule => 'alert' in rule);

/** What the recording rules make, with the labels it has: the beginning of the name tells them. */
export const RECORDED: ReadonlyMap<string, readonly string[]> = new Map(
  RECORDING_RULES.map(({ record }) => [record, ['job', ...(record.split(':')[0]?.split('_') ?? [])]]),
);

/** Throws for an expression that is not a comparison in every line. */
export function comparisonsOf({ alert, expr }: AlertRule): Comparison[] {
  return expr
    .trim()
    .split(/\s*\n\s*/)
    .map((line, index) => {
      const [, value, operator, threshold] = /^(.+) (>=?|<=?) (-?[\d.]+)$/.exec(line.replace(/^and /, '')) ?? [];
      if (value === undefined || operator === undefined || line.startsWith('and ') !== index > 0) {
        throw new Error(`${alert} has a line that is no comparison: ${line}`);
      }
      return { value, operator, threshold: Number(threshold) };
    });
}
