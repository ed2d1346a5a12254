import { describe, expect, it } from 'vitest';
import type { SfuRecord } from '../../../core/record/record.js';
import { recordSchema } from '../../../core/record/record-schema.js';
import { sampleBatches, sampleEvents, sampleRecords } from '../../../core/testing/index.js';
import { recordFaults } from '../../support/record-check.js';

const records = sampleRecords();
const sent = [
  ...sampleEvents().map((event) => records.ofEvent(event)),
  ...sampleBatches().map((batch) => records.ofSamples(batch)),
].flatMap((record) => (record === null ? [] : [JSON.parse(JSON.stringify(record)) as SfuRecord]));

describe('the schema of records', () => {
  it('fits every event and every batch of samples, as two validators see it', () => {
    const faults = sent.flatMap((record) => recordFaults(record).map((fault) => `${record.type}${fault}`));

    expect(sent.length).toBeGreaterThan(70);
    expect(faults).toEqual([]);
    for (const record of sent) expect(recordSchema.safeParse(record).error).toBeUndefined();
  });

  it.each([
    ['no level', { level: undefined }],
    ['a level of other words', { level: 'warning' }],
    ['a time without milliseconds', { time: '2026-01-31T12:00:00Z' }],
    ['a node that splits a routing key', { node: 'a.b' }],
    ['another schema', { schema: 2 }],
    ['an appData that is deep', { appData: { user: { name: 'ann' } } }],
    ['an entity without a key', { entity: { kind: 'worker', id: '1' } }],
    ['an empty message', { message: '' }],
  ])('refuses a record with %s', (_what, change) => {
    const record = JSON.parse(JSON.stringify({ ...sent[0], ...change })) as unknown;

    expect(recordFaults(record)).not.toEqual([]);
    expect(recordSchema.safeParse(record).success).toBe(false);
  });

  it('lets a field pass that is newer than the receiver', () => {
    expect(recordSchema.safeParse({ ...sent[0], region: 'north' }).success).toBe(true);
    expect(recordFaults({ ...sent[0], region: 'north' })).toHaveLength(1);
  });
});
