import { bench, describe } from 'vitest';
import { sampleBatch, sampleEvent, sampleNode, sampleRecords } from '../../core/testing/index.js';

const records = sampleRecords();
const closed = sampleEvent('consumer.closed');
const died = sampleEvent('worker.died');
const detail = sampleEvent('consumer.layersChanged', undefined, { room: 'quiet', ancestors: [], entity: null });
const batch = sampleBatch('consumer', { entities: Array.from({ length: 500 }, () => sampleNode('consumer')) });

// Goal: 5 us for an event.
describe('making records', () => {
  bench('of an event of the lifecycle', () => void records.ofEvent(closed));
  bench("of a worker's death", () => void records.ofEvent(died));
  bench('of detail that stays', () => void records.ofEvent(detail));
  bench('of 500 consumers sampled', () => void records.ofSamples(batch));
  bench('of an event, as JSON', () => void JSON.stringify(records.ofEvent(closed)));
});
