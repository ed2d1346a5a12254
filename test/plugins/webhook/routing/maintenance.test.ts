import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { maintenanceCalendar } from '../../../../plugins/webhook/routing/maintenance.js';
import { sampleOptions } from '../../../support/webhook/dispatch-kit.js';

/** Whether an alert of room r1 falls into the window, at each of the times. */
function inWindow(window: object, ...times: readonly string[]): readonly boolean[] {
  const calendar = maintenanceCalendar(sampleOptions({}, { maintenance: [{ name: 'm', ...window }] }).maintenance);
  return times.map((time) => calendar(Date.parse(time))({ room: 'r1' }));
}

describe('a window of maintenance', () => {
  it('that comes once holds from its begin to just before its end', () => {
    const window = { from: '2026-03-01T10:00:00+01:00', to: '2026-03-01T10:05:00Z' };

    assert.deepEqual(
      inWindow(window, '2026-03-01T08:59:59Z', '2026-03-01T09:00:00Z', '2026-03-01T10:04:59Z', '2026-03-01T10:05:00Z'),
      [false, true, true, false],
    );
  });

  it('that comes every day holds between its times', () => {
    assert.deepEqual(
      inWindow(
        { start: '02:00', end: '02:30' },
        '2026-03-01T01:59:59Z',
        '2026-03-02T02:00:00Z',
        '2026-03-03T02:30:00Z',
      ),
      [false, true, false],
    );
  });

  it('over midnight belongs to the day on which it began', () => {
    // 2026-03-06 is a Friday.
    const window = { start: '22:00', end: '06:00', days: ['fri'] };

    assert.deepEqual(
      inWindow(
        window,
        '2026-03-06T05:00:00Z',
        '2026-03-06T21:59:00Z',
        '2026-03-06T22:00:00Z',
        '2026-03-07T05:59:59Z',
        '2026-03-07T06:00:00Z',
        '2026-03-07T23:00:00Z',
      ),
      [false, false, true, true, false, false],
    );
  });

  it('over the night from Saturday to Sunday knows the first day of the week', () => {
    // 2026-03-07 is a Saturday.
    assert.deepEqual(inWindow({ start: '23:00', end: '01:00', days: ['sat'] }, '2026-03-08T00:30:00Z'), [true]);
  });

  it('goes by the time of its zone, in summer and in winter', () => {
    const window = { start: '02:00', end: '03:00', timeZone: 'Europe/Berlin' };

    assert.deepEqual(
      inWindow(window, '2026-01-10T01:30:00Z', '2026-01-10T02:30:00Z', '2026-07-10T00:30:00Z', '2026-07-10T01:30:00Z'),
      [true, false, true, false],
    );
  });

  it('does not come in the night whose hour is left out, and comes twice when it is repeated', () => {
    const window = { start: '02:00', end: '03:00', timeZone: 'Europe/Berlin' };

    // 2026-03-29: from 02:00 to 03:00 at 01:00 UTC. 2026-10-25: back from 03:00 to 02:00 at 01:00 UTC.
    assert.deepEqual(inWindow(window, '2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z'), [false, false]);
    assert.deepEqual(inWindow(window, '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'), [true, true]);
  });

  it('lasts all day from midnight to midnight', () => {
    assert.deepEqual(
      inWindow(
        { start: '00:00', end: '24:00', days: ['sun'] },
        '2026-03-08T00:00:00Z',
        '2026-03-08T23:59:59Z',
        '2026-03-09T00:00:00Z',
      ),
      [true, true, false],
    );
  });

  it('covers only the alerts that match', () => {
    const always = { start: '00:00', end: '24:00' };

    assert.deepEqual(inWindow({ ...always, matchers: [{ label: 'room', value: 'r1' }] }, '2026-03-08T00:00:00Z'), [
      true,
    ]);
    assert.deepEqual(inWindow({ ...always, matchers: [{ label: 'room', value: 'r2' }] }, '2026-03-08T00:00:00Z'), [
      false,
    ]);
  });
});
