import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * What the monitor adds to the CPU time of the process: rounds of all modes, each in a fresh process, by the median. Compile first,
 * as docs/performance.md tells, and run with the Node.js that is to be measured.
 */

const { values: flags } = parseArgs({
  options: {
    modes: { type: 'string', default: 'none,idle,default' },
    rounds: { type: 'string', default: '5' },
    consumers: { type: 'string', default: '10000' },
    warmUp: { type: 'string', default: '12000' },
    ms: { type: 'string', default: '30000' },
  },
});

interface Line {
  readonly floor: { readonly process: number };
  readonly added: { readonly process: number; readonly thread: number };
}

function run(mode: string): Line {
  const script = fileURLToPath(new URL('cpu-child.js', import.meta.url));
  const { consumers, warmUp, ms } = flags;
  const args = ['--expose-gc', script, '--mode', mode, '--consumers', consumers, '--warmUp', warmUp, '--ms', ms];
  // While nobody asks, transports are sampled once in each measurement.
  if (mode === 'idle') args.push('--sampling', JSON.stringify({ unattendedEveryMs: Number(ms) }));
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const line = stdout.trim();
  console.log(line);
  return JSON.parse(line) as Line;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const modes = flags.modes.split(',');
const lines = new Map<string, Line[]>(modes.map((mode) => [mode, []]));
for (let round = 0; round < Number(flags.rounds); round++) {
  for (const mode of modes) lines.get(mode)!.push(run(mode));
}
for (const [mode, runs] of lines) {
  const above = (of: (line: Line) => number): string =>
    `${median(runs.map((line) => of(line) - line.floor.process)).toFixed(2)} %`;
  console.log(
    `${process.version} ${mode}: thread ${above(({ added }) => added.thread)}, process ${above(({ added }) => added.process)}`,
  );
}
