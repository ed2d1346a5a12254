#!/usr/bin/env node
import { checkConfigCommand } from './cli/check-config.js';
import type { Command } from './cli/command.js';
import { describeFlags, parseArguments } from './cli/arguments.js';
import { demoCommand } from './cli/demo.js';
import { printSchemaCommand } from './cli/print-schema.js';

const COMMANDS: Readonly<Record<string, Command>> = {
  demo: demoCommand,
  'check-config': checkConfigCommand,
  'print-schema': printSchemaCommand,
};

/** Exit code of a command line that cannot be understood, as shells have it. */
const USAGE_ERROR = 2;

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview());
    return 0;
  }
  const command = COMMANDS[name];
  if (command === undefined) {
    process.stderr.write(`sfuscope: there is no command '${name}'.\n\n${overview()}`);
    return USAGE_ERROR;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help(name, command));
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
  return `Usage: sfuscope COMMAND [FLAGS]\n\n${lines.join('\n')}\n\nsfuscope COMMAND --help tells more.\n`;
}

function help(name: string, command: Command): string {
  const usage = ['sfuscope', name, command.operands, Object.keys(command.flags).length > 0 ? '[FLAGS]' : ''];
  const flags = Object.keys(command.flags).length > 0 ? `\n${describeFlags(command.flags)}\n` : '';
  const details = command.details === '' ? '' : `\n${command.details}\n`;
  return `Usage: ${usage.filter((word) => word !== '').join(' ')}\n\n${command.summary}\n${flags}${details}`;
}
