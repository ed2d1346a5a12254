import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform } from 'node:os';
import { join } from 'node:path';
import { type Figures, figuresOf, type Runs } from './figures.js';
import { replaceSection } from './page.js';
import { plot } from './plot.js';
import type { Scenario } from './scenarios.js';
import { markdownTable } from './table.js';

/** What came of one scenario. */
export interface Outcome {
  readonly scenario: Scenario;
  readonly runs: Runs;
  readonly figures: readonly Figures[];
  /** Load of the machine in the minute before. */
  readonly loadBefore: number;
}

export function outcomeOf(scenario: Scenario, runs: Runs, loadBefore: number): Outcome {
  return { scenario, runs, figures: figuresOf(runs), loadBefore };
}

export function machineLoad(): number {
  return loadavg()[0] ?? 0;
}

/** When, on what and how it was measured. */
export function circumstances({ scenario, runs, loadBefore }: Outcome): string {
  const [any] = [...runs.values()].flat();
  const system = platform() === 'linux' ? 'Linux' : platform();
  const machine = `${cpus().length} cores (${arch() === 'x64' ? 'x86-64' : arch()}, ${system})`;
  const counts = [...new Set([...runs.values()].map(({ length }) => length))].sort((a, b) => b - a).join(' or ');
  return (
    `${scenario.title}; ${any?.entities ?? 0} entities. Measured ${new Date().toISOString().slice(0, 10)} on ${machine}, load ` +
    `${loadBefore.toFixed(1)} before it, Node.js ${any?.node.slice(1)}, medians of ${counts} runs of ${Math.round((any?.windowMs ?? 0) / 1_000)} s.`
  );
}

/** Every figure, for programs. */
export function writeJson(file: string, outcomes: readonly Outcome[]): void {
  const scenarios = outcomes.map(({ scenario: { name, title }, runs, figures, loadBefore }) => ({
    name,
    title,
    loadBefore,
    figures,
    runs: Object.fromEntries(runs),
  }));
  writeFileSync(file, `${JSON.stringify({ measuredAt: new Date().toISOString(), scenarios }, null, 2)}\n`);
}

/** Puts table and plot of each scenario into the documentation. */
export function writePage(root: string, outcomes: readonly Outcome[]): void {
  const file = join(root, 'docs', 'performance.md');
  const plots = join(root, 'docs', 'performance');
  mkdirSync(plots, { recursive: true });
  let page = readFileSync(file, 'utf8');
  for (const outcome of outcomes) {
    const { scenario, figures } = outcome;
    const image = `![CPU of each mode](performance/${scenario.name}.svg)`;
    page = replaceSection(page, scenario.name, [circumstances(outcome), image, markdownTable(figures)].join('\n\n'));
    writeFileSync(join(plots, `${scenario.name}.svg`), plot(scenario, figures));
  }
  writeFileSync(file, page);
}
