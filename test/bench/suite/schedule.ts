import type { ModeName } from './modes.js';
import type { Scenario } from './scenarios.js';

export interface Step {
  readonly round: number;
  readonly mode: ModeName;
}

/**
 * The runs of a scenario in order: round by round, every other one backwards, so that what changes on the machine meanwhile falls on all
 * modes alike.
 */
export function schedule({ modes, once, rounds }: Pick<Scenario, 'modes' | 'once' | 'rounds'>): readonly Step[] {
  return Array.from({ length: rounds }, (_, round) => {
    const all = round === 0 ? [...modes, ...once] : modes;
    return (round % 2 === 0 ? all : all.toReversed()).map((mode) => ({ round, mode }));
  }).flat();
}
