import { MonitorError } from '../../core/index.js';
import { type ExportedRule, ruleFile } from '../prometheus-rules/rule-file.js';
import { askMonitor } from './ask-monitor.js';
import type { Command } from './command.js';

const QUERY = `{ alertRules {
  name scope when severity forMs keepFiringForMs pending firing disabledBecause
  labels { name value } annotations { name value }
} }`;

interface Rule extends ExportedRule {
  readonly pending: number;
  readonly firing: number;
  readonly disabledBecause: string | null;
}

interface Answer {
  readonly data?: { readonly alertRules: readonly Rule[] } | null;
  readonly errors?: readonly { readonly message: string }[];
}

export const alertsCommand: Command = {
  operands: '',
  flags: {
    url: { type: 'string', value: 'URL', help: 'GraphQL of a monitor. Default http://127.0.0.1:4400/graphql' },
    token: { type: 'string', value: 'TOKEN', help: 'Token that may read; better in SFUSCOPE_TOKEN.' },
    'export-prometheus': {
      type: 'boolean',
      help: 'Print the rules as a rule file of Prometheus, and as comments those that cannot be expressed.',
    },
  },
  details: 'The plugin alerts must be switched on there.',
  async run({ flags }) {
    const url = String(flags.url ?? 'http://127.0.0.1:4400/graphql');
    const rules = await ask(url, flags.token ?? process.env.SFUSCOPE_TOKEN);
    if (rules.length === 0) {
      throw new MonitorError('SFUSCOPE_OPTIONS_INVALID', `${url} has no rules: is the plugin alerts switched on?`);
    }
    process.stdout.write(flags['export-prometheus'] === true ? ruleFile(rules) : rules.map(lineOf).join(''));
    return 0;
  },
};

async function ask(url: string, token: unknown): Promise<readonly Rule[]> {
  const response = await askMonitor(url, token, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: QUERY }),
  });
  const { data, errors } = (await response.json().catch(() => ({}))) as Answer;
  // Labels have the words of the configuration, not the names of GraphQL.
  if (data != null) return data.alertRules.map((rule) => ({ ...rule, severity: rule.severity.toLowerCase() }));
  const why = errors?.[0]?.message ?? `status ${response.status}`;
  throw new MonitorError('SFUSCOPE_OPTIONS_INVALID', `${url} does not tell its rules: ${why} Is a token needed?`);
}

function lineOf({ name, severity, scope, when, firing, pending, disabledBecause }: Rule): string {
  const state = disabledBecause === null ? `${firing} firing, ${pending} pending` : `disabled: ${disabledBecause}`;
  return `${name} (${severity}, ${scope}): ${when.replaceAll(/\s+/g, ' ')} [${state}]\n`;
}
