import type { MonitorStatus } from '../../core/index.js';
import { count, percent } from './room-quality.js';

/** What keeps the monitor from telling the whole truth, in sentences; empty when all is well. */
export function monitorProblems(status: MonitorStatus): readonly string[] {
  const problems: string[] = [];
  if (status.state !== 'running') problems.push(`It is not running: ${status.state}.`);
  problems.push(...status.source.blindSpots);
  const hung = status.lanes.filter((lane) => lane.hung);
  if (hung.length > 0) {
    problems.push(
      `${count(hung.length, 'worker does', 'workers do')} not answer: ${hung.map((lane) => lane.worker).join(', ')}.`,
    );
  }
  for (const { kind, wanted, open, coverage } of status.sampling) {
    if (!wanted || open === 0 || coverage === null || coverage >= 1) continue;
    problems.push(`A tick samples ${percent(coverage)} of kind ${kind}, for want of CPU budget.`);
  }
  for (const [where, dropped] of Object.entries(status.dropped)) {
    if (dropped > 0) problems.push(`${count(dropped, 'item was', 'items were')} dropped at ${where}.`);
  }
  for (const plugin of status.plugins) {
    if (plugin.state === 'failed' || plugin.state === 'suspended') {
      problems.push(
        `Plugin ${plugin.name} is ${plugin.state}${plugin.lastError === null ? '' : `: ${plugin.lastError}`}.`,
      );
    } else if (plugin.health.status !== 'ok') {
      problems.push(`Plugin ${plugin.name} is ${plugin.health.status}: ${plugin.health.reason}`);
    }
  }
  return problems;
}
