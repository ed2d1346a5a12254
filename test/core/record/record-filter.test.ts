import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { RecordFilter, recordFilter } from '../../../core/record/record-filter.js';

const takes = (options: object, level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', type: string): boolean =>
  new RecordFilter(recordFilter.parse(options)).takes({ level, type });

describe('a record filter', () => {
  it('takes everything from INFO on by default', () => {
    assert.equal(takes({}, 'INFO', 'producer.created'), true);
    assert.equal(takes({}, 'DEBUG', 'producer.traced'), false);
  });

  it('takes a level and all above it', () => {
    assert.deepEqual(
      (['DEBUG', 'INFO', 'WARN', 'ERROR'] as const).map((level) => takes({ minLevel: 'WARN' }, level, 'worker.died')),
      [false, false, true, true],
    );
  });

  it('takes types by name and by their beginning, but for the exceptions', () => {
    const options = { types: ['producer.*', 'worker.died'], except: ['producer.paused'] };

    assert.equal(takes(options, 'INFO', 'producer.created'), true);
    assert.equal(takes(options, 'INFO', 'producer.paused'), false);
    assert.equal(takes(options, 'INFO', 'worker.died'), true);
    assert.equal(takes(options, 'INFO', 'worker.created'), false);
    assert.equal(takes(options, 'INFO', 'producers.created'), false);
  });

  it('refuses what is no pattern', () => {
    for (const type of ['', 'producer', 'producer.', '*.created', 'producer.cre*', 'a b'])
      assert.equal(recordFilter.safeParse({ types: [type] }).success, false, type);
  });
});
