import { readOptions } from './options.js';

const LEAST_MINUTES = 1;
const MOST_MINUTES = 1_440;
const DEFAULT_MINUTES = 30;

/** What `npm run soak` shall do. */
export interface SoakPlan {
  readonly help: boolean;
  readonly minutes: number;
  /** With V8 as it is in production: turns and CPU are those of it, and the heap rises by what V8 notes. */
  readonly compiled: boolean;
}

/** Reads the arguments. Throws an error that names what is wrong and what is allowed. */
export function soakPlan(args: readonly string[]): SoakPlan {
  const { values, positionals } = readOptions(args, {
    minutes: { type: 'string', default: `${DEFAULT_MINUTES}` },
    compiled: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (positionals.length > 0) {
    throw new Error(`The soak takes options only, not "${positionals[0]}". See npm run soak -- --help.`);
  }
  const minutes = Number(values.minutes);
  if (!(minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES)) {
    throw new Error(`--minutes takes a number from ${LEAST_MINUTES} to ${MOST_MINUTES}, not "${values.minutes}"`);
  }
  return { help: values.help, minutes, compiled: values.compiled };
}

export function soakHelp(): string {
  return [
    'npm run soak -- [--minutes N] [--compiled] [--help]',
    '',
    'Whether memory stays flat: 500 consumers on 2 workers of mediasoup, 100 joins and leaves a second, the monitor with',
    'Prometheus attached and asked every 5 s. It warms up first, tells how it goes every half minute, and judges at the',
    'end: the heap must not rise by more than its noise, and entities and listeners must be as many as at the start.',
    '',
    `  --minutes N  how long after warming up, ${LEAST_MINUTES} to ${MOST_MINUTES} minutes, parts of one too; ${DEFAULT_MINUTES} by default`,
    '  --compiled   lets V8 compile, as in production: for turns and CPU; the heap then rises by what V8 notes about code',
    '  --help       tells this',
    '',
    'Exit codes: 0 flat, 1 something grows or the soak failed, 2 wrong arguments or nothing could be started,',
    '130 interrupted.',
    '',
  ].join('\n');
}
