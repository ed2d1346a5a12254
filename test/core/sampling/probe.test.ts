import { setImmediate } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { systemClock } from '../../../core/clock.js';
import type { Reading, Source } from '../../../core/source.js';
import { Probe } from '../../../core/sampling/probe.js';
import { Subject } from '../../../core/sampling/subject.js';
import { GraphKit } from '../../support/graph-kit.js';

it('does not take a worker to hang when it was this process that was held up', async () => {
  const kit = new GraphKit();
  const worker = kit.worker();
  const node = kit.graph.snapshot().find('worker', worker)!;
  const told: string[] = [];
  const source = {
    // Answers when the event loop reads its sockets, which is after the timers that fell due meanwhile.
    read: async () => {
      const until = performance.now() + 150;
      while (performance.now() < until);
      for (let rounds = 0; rounds < 3; rounds++) await setImmediate();
      return { timestamp: 1, values: {}, streams: [] } satisfies Reading;
    },
  } as Partial<Source> as Source;
  const probe = new Probe(new Subject('worker', node, 0), source, systemClock, 50, {
    answered: () => told.push('answered'),
    failed: () => told.push('failed'),
    hung: () => told.push('hung'),
    recovered: () => told.push('recovered'),
  });

  probe.ask();

  await vi.waitFor(() => expect(told).not.toEqual([]));
  expect(told).toEqual(['answered']);
  probe.stop();
});
