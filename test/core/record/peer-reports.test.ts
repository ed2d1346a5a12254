import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerReports } from '../../../core/record/peer-reports.js';
import { reportOptions } from '../../../core/record/report-options.js';
import type { EventInput } from '../../../core/source.js';
import { ManualClock, RecordingLogger, sampleEvent } from '../../../core/testing/index.js';

const ANN = { room: 'blue', peer: 'ann' };

function kit(options: Readonly<Record<string, unknown>> = {}) {
  const clock = new ManualClock();
  const told: (EventInput & { readonly whose: unknown })[] = [];
  const logger = new RecordingLogger();
  const reports = new PeerReports({
    options: reportOptions.parse(options),
    clock,
    logger,
    emit: (event, whose) => told.push({ ...event, whose }),
  });
  return { clock, told, logger, reports };
}

const nested = (depth: number): object => (depth === 1 ? { end: 1 } : { in: nested(depth - 1) });

describe('reports of clients', () => {
  it('become events of their room and peer, as a copy', () => {
    const { reports, told } = kit();
    const sent = { type: 'outbound-rtp', streams: [{ ssrc: 1, fps: Number.NaN }], call: () => 1 };

    expect(reports.report(ANN, sent)).toBe(true);
    sent.streams.length = 0;

    expect(told).toEqual([
      {
        type: 'peer.reported',
        data: { report: { type: 'outbound-rtp', streams: [{ ssrc: 1, fps: null }] } },
        whose: ANN,
      },
    ]);
  });

  it.each([
    ['is no object', 'text'],
    ['is a list', [1]],
    ['is nothing', null],
    ['is too large', { text: 'x'.repeat(20_000) }],
    ['is too large in bytes, though not in characters', { text: '\u4e16'.repeat(6_000) }],
    ['is too deep', nested(7)],
    ['has too many values', { list: new Array(1_001).fill(0) }],
    [
      'cannot be read',
      {
        get broken() {
          throw new Error('no');
        },
      },
    ],
  ])('are refused and counted when one %s', (_what, sent) => {
    const { reports, told } = kit();

    expect(reports.report(ANN, sent)).toBe(false);
    expect(told).toEqual([]);
    expect(reports.refused).toBe(1);
  });

  it('are refused when one contains itself', () => {
    const { reports } = kit();
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;

    expect(reports.report(ANN, cycle)).toBe(false);
  });

  it('are taken up to the limits', () => {
    const { reports } = kit();

    expect(reports.report(ANN, nested(6))).toBe(true);
    expect(reports.report(ANN, { list: new Array(999).fill(0) })).toBe(true);
    expect(reports.report(ANN, { text: 'x'.repeat(16 * 1024 - 11) })).toBe(true);
    expect(reports.report(ANN, { text: 'x'.repeat(16 * 1024 - 10) })).toBe(false);
  });

  it.each([undefined, {}, { peer: '' }, { peer: 7 }, { room: 7, peer: 'ann' }])('are refused of %j', (whose) => {
    expect(kit().reports.report(whose as never, { ok: 1 })).toBe(false);
  });

  it('are taken at a bounded pace of each peer', () => {
    const { reports, clock } = kit({ perPeerPerMinute: 2 });
    const take = (peer: string): boolean => reports.report({ room: 'blue', peer }, { ok: 1 });

    expect([take('ann'), take('ann'), take('ann')]).toEqual([true, true, false]);
    expect(take('bob')).toBe(true);
    clock.advance(30_000);
    expect([take('ann'), take('ann')]).toEqual([true, false]);
  });

  it('are not remembered of a peer that has left', () => {
    const { reports } = kit({ perPeerPerMinute: 1 });
    reports.report(ANN, {});

    reports.observe(sampleEvent('peer.left', undefined, ANN));

    expect(reports.report(ANN, {})).toBe(true);
  });

  it('never throw, whatever is sent, and what is taken fits the limits', () => {
    fc.assert(
      fc.property(fc.anything(), (sent) => {
        const { reports, told } = kit({ maxBytes: 256, maxValues: 20 });
        const taken = reports.report(ANN, sent);

        expect(told).toHaveLength(taken ? 1 : 0);
        const [event] = told;
        if (event !== undefined)
          expect(JSON.stringify((event.data as { report: object }).report).length).toBeLessThan(257);
      }),
    );
  });
});
