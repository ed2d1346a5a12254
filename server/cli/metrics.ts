import { MonitorError } from '../../core/index.js';
import { askMonitor } from './ask-monitor.js';
import type { Command } from './command.js';

interface DryRun {
  readonly series: number;
  readonly bytes: number;
  readonly families: readonly { readonly name: string; readonly series: number }[];
  readonly options: readonly { readonly option: string; readonly enabled: boolean; readonly series: number }[];
}

const SHOWN_FAMILIES = 20;

export const metricsCommand: Command = {
  operands: '',
  flags: {
    url: { type: 'string', value: 'URL', help: 'Page of the plugin prometheus. Default http://127.0.0.1:4400/metrics' },
    token: { type: 'string', value: 'TOKEN', help: 'Token that may read; better in SFUSCOPE_TOKEN.' },
    'dry-run': { type: 'boolean', help: 'Print only how many series there are, and what each option would add.' },
  },
  details: 'The plugin prometheus must be switched on there.',
  async run({ flags }) {
    const url = String(flags.url ?? 'http://127.0.0.1:4400/metrics');
    const token = flags.token ?? process.env.SFUSCOPE_TOKEN;
    if (flags['dry-run'] !== true) {
      process.stdout.write(await (await ask(url, token)).text());
      return 0;
    }
    process.stdout.write(summary((await (await ask(`${url}/dry-run`, token)).json()) as DryRun));
    return 0;
  },
};

async function ask(url: string, token: unknown): Promise<Response> {
  const response = await askMonitor(url, token);
  if (response.ok) return response;
  const hint = response.status === 404 ? 'is the plugin prometheus switched on?' : 'is a token needed?';
  throw new MonitorError('SFUSCOPE_OPTIONS_INVALID', `${url} answers with status ${response.status}: ${hint}`);
}

function summary({ series, bytes, families, options }: DryRun): string {
  const largest = families.toSorted((a, b) => b.series - a.series).slice(0, SHOWN_FAMILIES);
  return [
    `${series} series, ${Math.ceil(bytes / 1_000)} kB`,
    '',
    'Most series:',
    ...largest.map((family) => `${`${family.series}`.padStart(9)}  ${family.name}`),
    '',
    'What each option takes now:',
    ...options.map(
      (option) => `${`${option.series}`.padStart(9)}  ${option.option}${option.enabled ? ' (on)' : ' (off)'}`,
    ),
    '',
  ].join('\n');
}
