import { stringify } from 'yaml';
import { type RuleToExport, translate } from './translate.js';

/** A rule of alerts as the API tells it. */
export interface ExportedRule extends RuleToExport {
  readonly severity: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly annotations: readonly { readonly name: string; readonly value: string }[];
}

const LINE = { lineWidth: 0 } as const;

/** A rule file of Prometheus 2.42 or later with all rules that can be expressed, and as comments those that cannot, with the reason. */
export function ruleFile(rules: readonly ExportedRule[]): string {
  const exported: unknown[] = [];
  const remarks: string[] = [];
  for (const rule of rules) {
    const translation = translate(rule);
    if ('missing' in translation) {
      remarks.push(`${rule.name} cannot be expressed: ${translation.missing}.`);
      continue;
    }
    for (const note of translation.notes) remarks.push(`${rule.name} is not quite the same: ${note}.`);
    exported.push(alertRule(rule, translation.expr));
  }
  const head = [
    'The rules of sfuscope in force when this was written, over the metrics of its plugin prometheus.',
    ...remarks.map((remark) => `- ${remark}`),
  ];
  // A condition may hold a line break, which would end the comment.
  const comments = head.map((line) => `# ${line.replaceAll(/\s+/g, ' ')}`).join('\n');
  return `${comments}\n\n${stringify({ groups: [{ name: 'sfuscope-exported', rules: exported }] }, LINE)}`;
}

function alertRule(rule: ExportedRule, expr: string): unknown {
  const { name, severity, forMs, keepFiringForMs } = rule;
  const texts = (given: ExportedRule['labels']) => given.map((one) => [one.name, one.value] as const);
  const annotations = texts(rule.annotations).map(([key, text]) => [key, template(text)]);
  return {
    alert: name,
    expr,
    ...(forMs > 0 && { for: `${forMs}ms` }),
    ...(keepFiringForMs > 0 && { keep_firing_for: `${keepFiringForMs}ms` }),
    labels: { severity, ...Object.fromEntries(texts(rule.labels)) },
    annotations: Object.fromEntries(annotations),
  };
}

/** Placeholders in the words of Prometheus, which knows the value and the labels but no other field. */
function template(text: string): string {
  return text.replaceAll(/\{\{\s*([\w.]*)\s*\}\}/g, (_whole, name: string) => {
    if (name === 'value') return '{{ $value }}';
    return name.startsWith('labels.') ? `{{ $labels.${name.slice('labels.'.length)} }}` : '?';
  });
}
