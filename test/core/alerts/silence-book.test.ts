import { describe, expect, it } from 'vitest';
import { SilenceBook } from '../../../core/alerts/silence-book.js';
import type { LabelMatcher } from '../../../core/alerts/silence.js';
import { ManualClock, sampleAlert } from '../../../core/testing/index.js';

const alert = sampleAlert({ labels: { alertname: 'ProducerStalled', room: 'blue-7', severity: 'warning' } });

function opened() {
  const clock = new ManualClock();
  const book = new SilenceBook(clock, 10);
  const silence = (labels: readonly LabelMatcher[], seconds = 60) => book.add({ labels }, seconds, 'eve', '');
  return { clock, book, silence };
}

describe('a silence with matchers of labels', () => {
  it('covers the alerts that meet all of them, by regular expression too', () => {
    const { book, clock, silence } = opened();

    silence([{ label: 'room', operator: '=~', value: 'red-.*' }]);
    silence([
      { label: 'room', operator: '=~', value: 'blue-.*' },
      { label: 'severity', operator: '!~', value: 'warn.*' },
    ]);
    expect(book.until(alert)).toBeNull();

    silence([
      { label: 'room', operator: '=~', value: 'blue-\\d+' },
      { label: 'severity', operator: '!=', value: 'critical' },
    ]);
    expect(book.until(alert)).toBe(clock.now() + 60_000);
  });

  it('ends by itself, and the longest counts', () => {
    const { book, clock, silence } = opened();
    silence([{ label: 'room', operator: '=~', value: 'blue-.*' }], 10);
    silence([{ label: 'room', operator: '=', value: 'blue-7' }], 20);
    const end = clock.now() + 20_000;

    clock.advance(10_000);
    expect(book.until(alert)).toBe(end);
    clock.advance(10_000);
    expect(book.until(alert)).toBeNull();
    expect(book.active()).toEqual([]);
  });

  it('is refused whole for one pattern that is wrong', () => {
    const { book, silence } = opened();

    expect(() =>
      silence([
        { label: 'severity', operator: '=', value: 'warning' },
        { label: 'room', operator: '=~', value: '(blue' },
      ]),
    ).toThrow('label room: the regular expression cannot be used, at character 6: a `)` is missing');
    expect(book.active()).toEqual([]);
  });
});
