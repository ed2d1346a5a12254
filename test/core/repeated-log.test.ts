import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { RepeatedLog } from '../../core/repeated-log.js';
import { ManualClock } from '../../core/testing/manual-clock.js';
import { RecordingLogger } from '../../core/testing/recording-logger.js';

function repeatedLog() {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  return { log: new RepeatedLog(logger, clock), clock, logged: () => logger.messages('error') };
}

describe('a log of what comes again and again', () => {
  it('takes errors that differ in their numbers alone for the same one', () => {
    const { log, logged } = repeatedLog();

    log.error('entry with timestamp 1700000001 ignored');
    log.error('entry with timestamp 1700000002 ignored');

    assert.deepEqual(logged(), ['entry with timestamp 1700000001 ignored']);
  });

  it('takes another HTTP status for another error', () => {
    const { log, logged } = repeatedLog();

    log.error('HTTP 500');
    log.error('HTTP 503');

    assert.deepEqual(logged(), ['HTTP 500', 'HTTP 503']);
  });

  it('tells after a minute how often it came, and again at once after it was over', () => {
    const { log, clock, logged } = repeatedLog();

    log.error('no answer');
    log.error('no answer');
    clock.advance(60_000);
    log.error('no answer');
    log.recovered('works again');
    log.error('no answer');

    assert.equal(logged().length, 3);
  });
});
