import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ManualClock, RecordingLogger, sampleBatch, sampleEvent, testPlugin } from '../../core/testing/index.js';
import { exampleOptions } from '../../plugins/example/options.js';
import example, { ExamplePlugin } from '../../plugins/example/plugin.js';
import { pluginSample } from '../support/plugin-sample.js';

testPlugin(example, { suite: { describe, it }, sample: pluginSample('example') });

function plugin(options = {}) {
  const logger = new RecordingLogger();
  const clock = new ManualClock();
  const made = new ExamplePlugin(exampleOptions.parse(options), logger, clock);
  return { made, logger, clock };
}

describe('plugin example', () => {
  it('logs events from the severity on, each with whose it is', () => {
    const { made, logger } = plugin();

    made.onEvents([sampleEvent('producer.created'), sampleEvent('producer.stalled'), sampleEvent('worker.died')]);

    assert.deepEqual(
      logger.lines.map(({ level, message, fields }) => [level, message, fields]),
      [
        ['warn', 'producer.stalled', { entity: 'producer-1', room: 'room-1', peer: 'peer-1' }],
        ['error', 'worker.died', { entity: '4242' }],
      ],
    );
  });

  it('logs a low score once, and again only after it was high or the consumer closed', () => {
    const { made, logger } = plugin({ minScore: 5, minSeverity: 'error' });
    const score = (value: number): void => made.onSamples(sampleBatch('consumer', { values: { score: value } }));

    for (const value of [4, 3, Number.NaN, 4]) score(value);
    assert.deepEqual(logger.messages(), ['low score']);
    for (const value of [5, 4]) score(value);
    assert.equal(logger.lines.length, 2);
    made.onEvents([sampleEvent('consumer.closed')]);
    score(0);

    assert.equal(logger.lines.length, 3);
    assert.deepEqual(logger.lines[2]?.fields, { entity: 'consumer-1', score: 0, room: 'room-1', peer: 'peer-1' });
  });

  it('does not trust what it remembers after a gap', () => {
    const { made, logger } = plugin();
    made.onSamples(sampleBatch('consumer', { values: { score: 1 } }));

    made.onEvents([sampleEvent('monitor.resync')]);
    made.onSamples(sampleBatch('consumer', { values: { score: 1 } }));

    assert.equal(logger.lines.length, 2);
  });

  it('leaves lines out above its limit, counts them, and tells once the minute is over', () => {
    const { made, logger, clock } = plugin({ maxLinesPerMinute: 2 });

    made.onEvents(Array.from({ length: 5 }, () => sampleEvent('producer.stalled')));
    assert.deepEqual(made.counters(), { lines: 2, suppressedLines: 3 });
    clock.advance(60_000);
    made.onEvents([sampleEvent('producer.stalled')]);

    assert.deepEqual(logger.messages(), ['producer.stalled', 'producer.stalled', 'lines left out', 'producer.stalled']);
    assert.deepEqual(logger.lines[2]?.fields, { lines: 3 });
  });
});
