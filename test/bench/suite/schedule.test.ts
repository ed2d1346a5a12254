import { describe, expect, it } from 'vitest';
import { schedule } from './schedule.js';

describe('the schedule', () => {
  const steps = schedule({ modes: ['none', 'burst', 'full'], once: ['alerts'], rounds: 3 });
  const round = (number: number): string[] => steps.filter((step) => step.round === number).map(({ mode }) => mode);

  it('measures every mode in each round, every other one backwards', () => {
    expect(round(1)).toEqual(['full', 'burst', 'none']);
    expect(round(2)).toEqual(['none', 'burst', 'full']);
  });

  it('measures in the first round what is measured once', () => {
    expect(round(0)).toEqual(['none', 'burst', 'full', 'alerts']);
    expect(steps).toHaveLength(10);
  });
});
