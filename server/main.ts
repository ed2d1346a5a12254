#!/usr/bin/env node
import { createRequire } from 'node:module';
import { describeFlags, parseArguments } from './cli/arguments.js';
import type { Command } from './cli/command.js';

/** Loaded only when they run, because most of the start is loading. */
const COMMANDS: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  demo: {
    summary: 'Watch a real SFU with simulated rooms, in this process.',
    load: async () => (await import('./cli/demo.js')).demoCommand,
  },
  'check-config': {
    summary: 'Check a configuration file without starting anything.',
    load: async () => (await import('./cli/check-config.js')).checkConfigCommand,
  },
  'print-schema': {
    summary: 'Print the GraphQL schema as SDL.',
    load: async () => (await import('./cli/print-schema.js')).printSchemaCommand,
  },
  alerts: {
    summary: 'Print the alert rules of a running monitor, also for Prometheus.',
    load: async () => (await import('./cli/alerts.js')).alertsCommand,
  },
  metrics: {
    summary: 'Print the metrics of a running monitor, or what they cost.',
    load: async () => (await import('./cli/metrics.js')).metricsCommand,
  },
};

/** Exit code of a command line that cannot be understood, as shells have it. */
const USAGE_ERROR = 2;

process.exitCode = await main(process.argv.slice(2));
// What failed may have left something behind that keeps the process alive, such as a worker that never answered.
if (process.exitCode !== 0) process.exit();

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview());
    return 0;
  }
  if (name === '--version') {
    const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const entry = COMMANDS[name];
  if (entry === undefined) {
    process.stderr.write(`sfuscope: there is no command '${name}'.\n\n${overview()}`);
    return USAGE_ERROR;
  }
  const command = await entry.load();
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help(name, entry.summary, command));
    return 0;
  }
  try {
    return await command.run(parseArguments(args, command.flags));
  } catch (error) {
    process.stderr.write(`sfuscope ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`);
  return `Usage: sfuscope COMMAND [FLAGS]\n\n${lines.join('\n')}\n\nsfuscope COMMAND --help tells more; sfuscope --version tells the version.\n`;
}

function help(name: string, summary: string, command: Command): string {
  const usage = ['sfuscope', name, command.operands, Object.keys(command.flags).length > 0 ? '[FLAGS]' : ''];
  const flags = Object.keys(command.flags).length > 0 ? `\n${describeFlags(command.flags)}\n` : '';
  const details = command.details === '' ? '' : `\n${command.details}\n`;
  return `Usage: ${usage.filter((word) => word !== '').join(' ')}\n\n${summary}\n${flags}${details}`;
}
