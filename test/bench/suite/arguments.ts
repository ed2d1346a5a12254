import { nearestName } from '../../../core/index.js';
import { readOptions } from './options.js';
import { QUICK, QUICK_NAMES, SCENARIOS, type Scenario } from './scenarios.js';

/** What `npm run bench` shall do. */
export interface Plan {
  readonly help: boolean;
  readonly quick: boolean;
  readonly scenarios: readonly Scenario[];
  /** Names of benchmarks of single parts, without their ending. */
  readonly parts: readonly string[];
  /** File for all figures. */
  readonly json: string | undefined;
  /** Whether tables and plots of the documentation are made anew. */
  readonly write: boolean;
}

/**
 * Reads the arguments. Throws an error that names what is wrong and what is known.
 *
 * @param parts Names of the benchmarks of single parts that there are.
 */
export function parseArguments(args: readonly string[], parts: readonly string[]): Plan {
  const { values, positionals } = readOptions(args, {
    help: { type: 'boolean', short: 'h', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
  });
  const { help, quick, json, write } = values;
  if (quick && write) throw new Error('--write is for whole runs: leave out --quick');
  const rounds = roundsOf(values.rounds);
  const known = [...SCENARIOS.map(({ name }) => name), ...parts, 'parts'];
  for (const name of positionals) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new Error(`There is no benchmark "${name}".${hint} Known are: ${known.join(', ')}.`);
  }
  const wanted = positionals.length > 0 ? positionals : quick ? QUICK_NAMES : SCENARIOS.map(({ name }) => name);
  const scenarios = (quick ? QUICK : SCENARIOS)
    .filter(({ name }) => wanted.includes(name))
    .map((scenario) => ({ ...scenario, rounds: rounds ?? scenario.rounds }));
  const chosen = wanted.includes('parts') ? parts : parts.filter((name) => wanted.includes(name));
  if (scenarios.length === 0 && (write || json !== undefined)) {
    throw new Error('--write and --json are for scenarios, and none was named');
  }
  return { help, quick, scenarios, parts: chosen, json, write };
}

function roundsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new Error(`--rounds takes a whole number from 1 to 100, not "${text}"`);
  }
  return rounds;
}

export function helpText(parts: readonly string[]): string {
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  return [
    'npm run bench -- [name...] [--quick] [--rounds N] [--json FILE] [--write] [--help]',
    '',
    'What an SFU pays for being watched. Without a name all scenarios run:',
    ...SCENARIOS.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`),
    '',
    `Benchmarks of single parts (all of them: parts): ${parts.join(', ')}`,
    '',
    `  --quick      a rough table of ${QUICK_NAMES.join(' and ')} in less than three minutes`,
    '  --rounds N   how often each mode is measured',
    '  --json FILE  writes every figure of every run to a file',
    '  --write      writes tables and plots into docs/performance.md and docs/performance/',
    '',
  ].join('\n');
}
