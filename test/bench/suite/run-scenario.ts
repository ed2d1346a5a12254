import { join } from 'node:path';
import { Rabbitmq, withoutRabbitmq } from '../../support/amqp/rabbitmq.js';
import type { RunResult } from '../sfu/protocol.js';
import { MODE_NAMES, type ModeName } from './modes.js';
import { machineLoad, type Outcome, outcomeOf } from './report.js';
import { type Launch, runOne } from './run-one.js';
import type { Scenario } from './scenarios.js';
import { schedule } from './schedule.js';
import { timingOf } from './timing.js';
import type { Toolchain } from './toolchain.js';

export interface Context {
  readonly tools: Toolchain;
  /** Folder of the compiled programs. */
  readonly build: string;
  readonly node: string;
  readonly quick: boolean;
  /** By `performance.now()`; no run is begun that would last beyond it if it took as long as the longest so far. */
  readonly endBy: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Measures all modes of a scenario in all its rounds. A mode that cannot run is left out, with a line that says why. */
export async function runScenario(scenario: Scenario, context: Context): Promise<Outcome> {
  const { say, signal } = context;
  const loadBefore = machineLoad();
  const launch = launchOf(scenario, context);
  const found = new Map<ModeName, RunResult[]>();
  const failed = new Set<ModeName>();
  const steps = schedule(scenario);
  let longest = 0;
  for (const [index, { round, mode }] of steps.entries()) {
    if (failed.has(mode)) continue;
    const place = `[${index + 1}/${steps.length}] ${scenario.name}, round ${round + 1} of ${scenario.rounds}: ${mode}`;
    if (performance.now() + longest > context.endBy) {
      say(`${place}: left out, the time is up`);
      continue;
    }
    const began = performance.now();
    try {
      const result = await runMode(scenario, mode, launch, context);
      found.set(mode, [...(found.get(mode) ?? []), result]);
      longest = Math.max(longest, performance.now() - began);
      const share = ((result.cpuMs / result.windowMs) * 100).toFixed(1);
      say(`${place}: ${share} % of a core, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
    } catch (error) {
      signal.throwIfAborted();
      failed.add(mode);
      say(`${place}: left out, ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const inOrder = MODE_NAMES.filter((mode) => found.has(mode)).map((mode) => [mode, found.get(mode)!] as const);
  return outcomeOf(scenario, new Map(inOrder), loadBefore);
}

function launchOf({ standIn, ownNode }: Scenario, { tools, build, node, signal }: Context): Launch {
  return {
    program: join(build, 'main.js'),
    node: ownNode ? process.execPath : node,
    workerBin: standIn ? tools.standIn(build, node) : undefined,
    signal,
  };
}

async function runMode(scenario: Scenario, mode: ModeName, launch: Launch, context: Context): Promise<RunResult> {
  const { consumers, workers, standIn, joinsPerSecond } = scenario;
  const timing = timingOf(mode, { quick: context.quick, once: scenario.once.includes(mode) });
  const broker = mode === 'amqp' ? await openBroker() : undefined;
  try {
    const peers = mode === 'exporter' ? await context.tools.peers() : null;
    const amqpUrl = broker === undefined ? null : `amqp://127.0.0.1:${broker.port}`;
    return await runOne({ ...timing, mode, consumers, workers, standIn, joinsPerSecond, peers, amqpUrl }, launch);
  } finally {
    await broker?.remove();
  }
}

async function openBroker(): Promise<Rabbitmq> {
  if (withoutRabbitmq) throw new Error('RabbitMQ is not installed');
  return await Rabbitmq.start();
}
