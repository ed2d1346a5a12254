import type { SinkClass, SinkStats } from './sink-counts.js';

/** A sink's figures by name, as a plugin shows them. What is on disk and how old it is are gauges; the others only grow. */
export function sinkCounters(stats: SinkStats): Readonly<Record<string, number>> {
  const { delivered, batches, retries, resent, recovered, conflated } = stats;
  const { queueLength, queueBytes, spoolRecords, spoolBytes, oldestAgeMs, droppedByClass } = stats;
  return {
    delivered,
    batches,
    retries,
    resent,
    recovered,
    queueLength,
    queueBytes,
    spoolRecords,
    spoolBytes,
    oldestAgeMs,
    latestConflated: conflated,
    ...drops('durable', droppedByClass.durable),
    ...drops('latest', droppedByClass.latest),
  };
}

/** `durableDroppedOverflow` and so on. */
function drops(which: SinkClass, counts: SinkStats['dropped']): Record<string, number> {
  const named = Object.entries(counts).map(([reason, count]) => [
    `${which}Dropped${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}`,
    count,
  ]);
  return Object.fromEntries(named) as Record<string, number>;
}
