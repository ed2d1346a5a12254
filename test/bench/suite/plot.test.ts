import { describe, expect, it } from 'vitest';
import { xmlProblem } from '../../support/well-formed.js';
import type { Figures } from './figures.js';
import { plot } from './plot.js';

const DELAYS = { p50: 0, p99: 0, p999: 0, max: 0 };

function figures(mode: Figures['mode'], cpuShare: number, workerShare: number): Figures {
  return {
    mode,
    cpuShare,
    workerShare,
    runs: 1,
    usPerSample: 1,
    ofBurst: 1,
    samplesPerSecond: 1,
    loopDelay: DELAYS,
    longestTurnMs: 1,
    rtp: DELAYS,
    rtpLost: 0,
    heapPerEntity: 1,
    rssPerEntity: 1,
    collectionsPerSecond: 1,
    collectionsMsPerSecond: 1,
    notes: [],
  };
}

function barsOf(svg: string): number[] {
  return [...svg.matchAll(/<rect class="(?:node|worker)" x="110" y="\d+" width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
}

describe('a plot', () => {
  const svg = plot({ title: 'Few & <many>' }, [
    figures('none', 0.02, 0.05),
    figures('burst', 0.08, 0.02),
    figures('full', 0.04, 0.01),
  ]);

  it('is well-formed', () => {
    expect(xmlProblem(svg)).toBeNull();
  });

  it('has two bars for each mode but nothing attached, as long as what they show', () => {
    const [burst = 0, burstWorker = 0, full = 0, fullWorker = 0, ...more] = barsOf(svg);
    expect(more).toEqual([]);
    expect(burst / full).toBeCloseTo(2, 1);
    expect(burst / burstWorker).toBeCloseTo(4, 1);
    expect(full / fullWorker).toBeCloseTo(4, 1);
    for (const label of ['8.00', '2.00', '4.00', '1.00', 'burst', 'full']) expect(svg).toContain(`>${label}</text>`);
    expect(svg).not.toContain('>none</text>');
  });

  it('has no bar for workers whose CPU is not known', () => {
    expect(barsOf(plot({ title: '' }, [figures('full', 0.04, Number.NaN)]))).toHaveLength(1);
  });

  it('shows less than nothing as nothing, with its figure', () => {
    const less = plot({ title: '' }, [figures('full', -0.01, 0.04)]);
    expect(barsOf(less)[0]).toBe(0);
    expect(less).toContain('>-1.00</text>');
  });

  it('is drawn of nothing but zeros', () => {
    const empty = plot({ title: '' }, [figures('full', 0, 0)]);
    expect(xmlProblem(empty)).toBeNull();
    expect(empty).not.toContain('NaN');
  });
});

describe('the check of XML', () => {
  it.each([
    '<a><b></a></b>',
    '<a>',
    '<a/><a/>',
    '<a b=c/>',
    '<a b="1" b="2"/>',
    '<a>&</a>',
    '<a>1 < 2</a>',
    'x<a/>',
    '<a/>x',
    '',
  ])('refuses %s', (text) => {
    expect(xmlProblem(text)).not.toBeNull();
  });
});
