import type { MonitorStatus } from '../../core/index.js';
import { count } from './room-quality.js';

/** Samples older than this are worth a word, ms. */
const OLD_SAMPLE_MS = 30_000;

/**
 * What keeps the monitor from telling the truth now, in sentences; empty when all is well. What was lost in the past is
 * counted elsewhere, as a counter never falls again.
 */
export function monitorProblems(status: MonitorStatus): readonly string[] {
  const problems: string[] = [];
  if (status.state !== 'running') problems.push(`It is not running: ${status.state}.`);
  const hung = status.lanes.filter((lane) => lane.hung).map((lane) => lane.worker);
  if (hung.length > 0) {
    problems.push(`${count(hung.length, 'worker does', 'workers do')} not answer: ${hung.join(', ')}.`);
  }
  for (const { kind, wanted, open, sweepAgeMs } of status.sampling) {
    if (!wanted || open === 0 || sweepAgeMs === null || sweepAgeMs < OLD_SAMPLE_MS) continue;
    const age = Math.round(sweepAgeMs / 1000);
    problems.push(`The oldest sample of kind ${kind} is ${age} s old: the CPU budget is too small for so many.`);
  }
  for (const { name, state, health, lastError } of status.plugins) {
    if (state === 'failed' || state === 'suspended') {
      problems.push(`Plugin ${name} is ${state}${lastError === null ? '' : `: ${lastError}`}.`);
    } else if (health.status !== 'ok') {
      problems.push(`Plugin ${name} is ${health.status}: ${health.reason}`);
    }
  }
  return problems;
}
