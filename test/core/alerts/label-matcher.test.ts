import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMatcher, labelMatches } from '../../../core/alerts/label-matcher.js';
import type { LabelMatcher } from '../../../core/alerts/silence.js';

const pattern = (value: string, operator: LabelMatcher['operator'] = '=~'): LabelMatcher => ({
  label: 'room',
  operator,
  value,
});

const matches = (value: string, room: string): boolean => labelMatches(pattern(value), { room });

/** Patterns over a small alphabet, so that texts of it match now and then. */
const patterns = fc.letrec<{ part: string; whole: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '[a-c]', '[b-]', '\\w', '\\D', '\\.', '^', '$', '(?:)'),
    fc
      .tuple(tie('whole'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}', '*?', ''))
      .map(([inner, times]) => `(${inner})${times}`),
  ),
  whole: fc
    .array(fc.array(tie('part'), { maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .map((choices) => choices.map((parts) => parts.join('')).join('|')),
}));
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', '-', '\n', '😀'), maxLength: 6 });

describe('a matcher of labels', () => {
  it('finds the same as regular expressions of the language do', () => {
    fc.assert(
      fc.property(patterns.whole, texts, (source, text) => {
        // Longer ones take the engine of the language too long.
        fc.pre(source.length < 40);
        expect(matches(source, text)).toBe(new RegExp(`^(?:${source})$`, 'u').test(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['room-.*', 'room-1', true],
    ['room', 'room-1', false],
    ['a|b', 'b', true],
    ['a|b', 'ab', false],
    ['^room-[0-9]+$', 'room-12', true],
    ['', '', true],
    ['.+', '', false],
    ['caf.', 'café', true],
    ['.', '😀', true],
    ['a{2,3}', 'aaaa', false],
    ['\\d{3}\\.\\w*', '123.a_b', true],
  ])('matches the whole value: %s on %j is %s', (source, text, expected) => {
    expect(matches(source, text)).toBe(expected);
    expect(labelMatches(pattern(source, '!~'), { room: text })).toBe(!expected);
  });

  it('takes a label that is not there for the empty text, also when it is called as something every object has', () => {
    expect(labelMatches(pattern(''), {})).toBe(true);
    expect(labelMatches({ label: 'toString', operator: '=', value: '' }, {})).toBe(true);
    expect(labelMatches({ label: 'room', operator: '!=', value: 'a' }, {})).toBe(true);
  });

  // With a backtracking engine none of these would ever end.
  it.each(['^(a+)+$', '(a|a)*b', '(a*)*b', '(.*a){20}b', '((a{1,9}){1,9})b', '(a|aa)+$'])(
    'takes no longer for a bomb than for any other pattern of its length: %s',
    (source) => {
      expect(matches(source, `${'a'.repeat(2_000)}!`)).toBe(false);
    },
  );

  it.each([
    ['(', 'at character 2: a `)` is missing'],
    ['a)', 'at character 2: there is no group'],
    ['[ab', 'at character 4: a `]` is missing'],
    ['[b-a]', 'from a lower to a higher one'],
    ['*a', 'at character 1: `*` has nothing to repeat'],
    ['a**', 'at character 3: `*` has nothing to repeat'],
    ['a{x}', 'is written `\\{`'],
    ['a{3,2}', 'out of order'],
    ['a{1001}', 'more than 1000'],
    ['(a{100}){100}', 'repeats too much'],
    ['(?i)a', 'only `(?:` is supported'],
    ['(?=a)', 'only `(?:` is supported'],
    ['(a)\\1', '`\\1` is not supported'],
    ['\\bword', '`\\b` is not supported'],
    ['[[:alpha:]]', '`[:` is not supported'],
    ['a\\', 'it ends with a `\\`'],
    ['('.repeat(21), 'more than 20 deep'],
    ['a'.repeat(1_025), 'more than 1024 characters'],
  ])('refuses %.20s, telling where it is wrong', (source, text) => {
    expect(() => checkMatcher(pattern(source))).toThrow(RangeError);
    expect(() => checkMatcher(pattern(source))).toThrow(text);
  });

  it('refuses what is no name of a label', () => {
    expect(() => checkMatcher({ label: 'a-b', operator: '=', value: '' })).toThrow("got 'a-b'");
  });
});
