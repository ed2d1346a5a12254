import { parseArgs } from 'node:util';
import { MonitorError } from '../../core/index.js';

/** One flag of a command. */
export interface Flag {
  readonly type: 'number' | 'string' | 'boolean';
  /** Shown as `--port N`. */
  readonly value?: string;
  readonly help: string;
  /** Bounds of a number, both included. */
  readonly min?: number;
  readonly max?: number;
}

export type FlagValues = Readonly<Record<string, number | string | boolean | undefined>>;

export interface ParsedArguments {
  readonly flags: FlagValues;
  readonly operands: readonly string[];
}

/** Reads a command's arguments strictly. Throws `SFUSCOPE_OPTIONS_INVALID`, naming the flag and what it takes. */
export function parseArguments(args: readonly string[], flags: Readonly<Record<string, Flag>>): ParsedArguments {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type }]) => [name, { type: type === 'boolean' ? type : 'string' } as const]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
    throw invalid(
      `${message}. The flags are: ${Object.keys(flags)
        .map((name) => `--${name}`)
        .join(' ')}.`,
    );
  }
  const values = Object.entries(parsed.values).map(
    ([name, value]) => [name, convert(name, flags[name], value)] as const,
  );
  return { flags: Object.fromEntries(values), operands: parsed.positionals };
}

function convert(name: string, flag: Flag | undefined, value: unknown): number | string | boolean {
  if (flag?.type !== 'number') return value as string | boolean;
  const { min = -Infinity, max = Infinity } = flag;
  const number = Number(value);
  if (value !== '' && Number.isFinite(number) && number >= min && number <= max) return number;
  throw invalid(`--${name} takes a number from ${min} to ${max}, found '${String(value)}'.`);
}

function invalid(message: string): MonitorError {
  return new MonitorError('SFUSCOPE_OPTIONS_INVALID', message);
}

/** The flags as lines of a help text. */
export function describeFlags(flags: Readonly<Record<string, Flag>>): string {
  const names = Object.entries(flags).map(([name, { value }]) => `--${name}${value === undefined ? '' : ` ${value}`}`);
  const width = Math.max(...names.map(({ length }) => length));
  return Object.values(flags)
    .map(({ help }, index) => `  ${(names[index] ?? '').padEnd(width)}  ${help}`)
    .join('\n');
}
