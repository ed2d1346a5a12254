import { expect, it } from 'vitest';
import { liveBytes } from '../../support/memory.js';
import { SamplingKit } from '../../support/sampling-kit.js';

it('keeps nothing of entities that were sampled and have closed', async () => {
  const kit = new SamplingKit();
  kit.sampler.start();
  kit.liveness.start();
  const router = kit.open.router(kit.open.worker(), 'r');

  async function round(name: string): Promise<void> {
    const transport = kit.open.transport(router, name, { roomId: name, peerId: name });
    const producer = kit.open.producer(transport, `p-${name}`);
    for (let i = 0; i < 1_000; i++) kit.open.consumer(transport, `c-${name}-${i}`, producer);
    await kit.clock.advanceAsync(9_000);
    kit.open.graph.close(transport, 'api');
    await kit.clock.advanceAsync(1_000);
    for (const list of [kit.events, kit.batches, kit.source.asked]) list.length = 0;
  }

  for (let i = 0; i < 5; i++) await round(`warm-${i}`);
  const before = liveBytes();
  for (let i = 0; i < 20; i++) await round(`room-${i}`);

  // A subject with its row and its streams takes about 1 kB: a leak of all would be 20 MB.
  expect(liveBytes() - before).toBeLessThan(2_000_000);
  expect(kit.sampler.status().sampling.find(({ kind }) => kind === 'consumer')!.requests.ok).toBeGreaterThan(20_000);
  kit.liveness.stop();
  kit.sampler.stop();
});
