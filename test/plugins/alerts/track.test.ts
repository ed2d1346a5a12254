import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FALSE, TRUE, type Truth, UNKNOWN } from '../../../plugins/alerts/condition/truth.js';
import { type Phase, type Timing, Track } from '../../../plugins/alerts/state/track.js';

const timing = (given: Partial<Timing> = {}): Timing => ({ forMs: 0, keepFiringForMs: 0, minSamples: 1, ...given });

describe('a track', () => {
  it('fires at once without `for`, and ends at once without `keepFiringFor`', () => {
    const track = new Track();
    track.step(TRUE, 0, timing());
    expect(track.phase).toBe('firing');
    track.step(FALSE, 1, timing());
    expect(track.phase).toBe('ended');
  });

  it('waits for as long as the rule asks, and fires without another sample', () => {
    const track = new Track();
    track.step(TRUE, 0, timing({ forMs: 10 }));
    expect(track.phase).toBe('pending');
    expect(track.due(timing({ forMs: 10 }))).toBe(10);
    track.advance(10, timing({ forMs: 10 }));
    expect(track.phase).toBe('firing');
  });

  it('goes on firing through ignorance, and time does not end it then', () => {
    const slow = timing({ keepFiringForMs: 10 });
    const track = new Track();
    track.step(TRUE, 0, slow);
    track.step(FALSE, 5, slow);
    track.step(UNKNOWN, 6, slow);
    track.advance(1_000, slow);
    expect(track.phase).toBe('firing');
    expect(track.due(slow)).toBeNull();
    track.step(FALSE, 1_001, slow);
    expect(track.phase).toBe('ended');
  });

  it('does not begin to fire while its condition is unknown', () => {
    const slow = timing({ forMs: 10 });
    const track = new Track();
    track.step(TRUE, 0, slow);
    track.step(UNKNOWN, 5, slow);
    track.advance(20, slow);
    expect(track.phase).toBe('pending');
    track.step(TRUE, 21, slow);
    expect(track.phase).toBe('firing');
  });

  it('asks for samples in a row', () => {
    const track = new Track();
    const three = timing({ minSamples: 3 });
    track.step(TRUE, 0, three);
    track.step(TRUE, 1, three);
    expect(track.phase).toBe('watched');
    track.step(TRUE, 2, three);
    expect(track.phase).toBe('firing');
  });
});

type Step = readonly [truth: Truth, afterMs: number];

/** The rule said in another way: the whole history, looked at ms by ms. */
function model(steps: readonly Step[], { forMs, keepFiringForMs, minSamples }: Timing): Phase {
  const found: (Truth | undefined)[] = [];
  let end = 0;
  for (const [truth, after] of steps) {
    end += after;
    found[end] = truth;
  }
  const held: number[] = [];
  let isFiring = false;
  let known: Truth = UNKNOWN;
  let failedAt: number | null = null;
  for (let ms = 0; ms <= end; ms++) {
    known = found[ms] ?? known;
    if (found[ms] === TRUE) {
      held.push(ms);
      failedAt = null;
    }
    if (found[ms] === FALSE) {
      if (!isFiring) return 'ended';
      failedAt ??= ms;
    }
    if (!isFiring && known === TRUE && held.length >= minSamples && ms - held[0]! >= forMs) isFiring = true;
    else if (isFiring && known === FALSE && failedAt !== null && ms - failedAt >= keepFiringForMs) return 'ended';
  }
  if (isFiring) return 'firing';
  return held.length >= minSamples ? 'pending' : 'watched';
}

/** What a track makes of the history, if time is looked at every ms or only when something falls due. */
function run(steps: readonly Step[], given: Timing, looksOften: boolean): Phase {
  const track = new Track();
  let now = 0;
  for (const [truth, after] of steps) {
    for (let wait = after; wait > 1; wait--) {
      now++;
      if (looksOften || track.due(given) === now) track.advance(now, given);
      if (hasEnded(track)) return 'ended';
    }
    track.step(truth, ++now, given);
    if (hasEnded(track)) return 'ended';
  }
  return track.phase;
}

function hasEnded({ phase }: Track): boolean {
  return phase === 'ended';
}

describe('any track', () => {
  it('is where the model says after any history, however often time is looked at', () => {
    const step = fc.tuple(fc.constantFrom<Truth>(TRUE, TRUE, FALSE, UNKNOWN), fc.integer({ min: 1, max: 12 }));
    const timings = fc.record({
      forMs: fc.integer({ min: 0, max: 20 }),
      keepFiringForMs: fc.integer({ min: 0, max: 20 }),
      minSamples: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 20 }),
        timings,
        fc.boolean(),
        (steps, given, looksOften) => {
          expect(run(steps, given, looksOften)).toBe(model(steps, given));
        },
      ),
      { numRuns: 500 },
    );
  });
});
