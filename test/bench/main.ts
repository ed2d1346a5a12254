import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Interrupted } from '../../scripts/setup/failure.mjs';
import { helpText, parseArguments, type Plan } from './suite/arguments.js';
import { circumstances, type Outcome, writeJson, writePage } from './suite/report.js';
import { runSoak } from './suite/run-soak.js';
import { runScenario } from './suite/run-scenario.js';
import { soakHelp, soakPlan } from './suite/soak-arguments.js';
import { textTable } from './suite/table.js';
import { Toolchain } from './suite/toolchain.js';

const PART = '.bench.ts';
/** When a quick run shall have ended, so that it takes less than three minutes however slow the machine is. */
const QUICK_MS = 165_000;
const INTERRUPTED = 130;

/** `npm run bench`, and `npm run soak` with `soak` as its first argument. Gives the exit code; throws for wrong arguments. */
export async function main([first, ...rest]: readonly string[], root: string): Promise<number> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Interrupted());
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    if (first === 'soak') return await soak(rest, root, stop.signal);
    return await bench(first === undefined ? rest : [first, ...rest], root, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say('interrupted');
    return INTERRUPTED;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function soak(args: readonly string[], root: string, signal: AbortSignal): Promise<number> {
  const plan = soakPlan(args);
  if (!plan.help) return await runSoak(plan, new Toolchain(root, signal, say), signal);
  process.stdout.write(soakHelp());
  return 0;
}

async function bench(args: readonly string[], root: string, signal: AbortSignal): Promise<number> {
  const parts = readdirSync(join(root, 'test', 'bench'))
    .filter((file) => file.endsWith(PART))
    .map((file) => file.slice(0, -PART.length));
  const plan = parseArguments(args, parts);
  if (plan.help) {
    process.stdout.write(helpText(parts));
    return 0;
  }
  if (plan.scenarios.length > 0) await runScenarios(plan, root, signal);
  return plan.parts.length === 0 ? 0 : await runParts(plan.parts, root);
}

async function runScenarios(plan: Plan, root: string, signal: AbortSignal): Promise<void> {
  const endBy = plan.quick ? performance.now() + QUICK_MS : Number.POSITIVE_INFINITY;
  const tools = new Toolchain(root, signal, say);
  tools.checkWorker();
  const context = {
    tools,
    build: await tools.build(),
    node: await tools.node(),
    quick: plan.quick,
    endBy,
    signal,
    say,
  };
  const outcomes: Outcome[] = [];
  for (const scenario of plan.scenarios) {
    if (scenario.ownNode && context.node === process.execPath) {
      say(`${scenario.name}: left out, all of it runs on ${process.version} already`);
      continue;
    }
    const outcome = await runScenario(scenario, context);
    outcomes.push(outcome);
    process.stdout.write(`\n${circumstances(outcome)}\n\n${textTable(outcome.figures)}\n\n`);
    // After each, so that what took minutes is not lost with a later one.
    if (plan.json !== undefined) writeJson(plan.json, outcomes);
    if (plan.write) writePage(root, [outcome]);
  }
}

/** Benchmarks of single parts, by vitest. The terminal's Ctrl-C reaches it by itself. */
async function runParts(parts: readonly string[], root: string): Promise<number> {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const files = parts.map((name) => `test/bench/${name}${PART}`);
  const args = [vitest, 'bench', '--run', '--config', 'test/vitest.config.ts', ...files];
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? INTERRUPTED;
}

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}
