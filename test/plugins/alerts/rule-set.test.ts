import * as cel from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../../plugins/alerts/rules/defaults.js';
import { RuleSet } from '../../../plugins/alerts/rules/rule-set.js';

const rules = (disabled: readonly string[] = []): RuleSet =>
  new RuleSet(cel, { defaults: false, disabled }, 'plugins.alerts');
const rule = (differences: Record<string, unknown>): unknown => ({
  name: 'mine',
  scope: 'producer',
  when: 'producer.bitrate < 30000',
  ...differences,
});
const refusal = (...given: unknown[]): string => {
  try {
    rules().parse(given);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

describe('a rule that is wrong', () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      'an unknown field',
      { when: 'producer.bitrat < 3' },
      "rule 'mine', column 10: producer has no field 'bitrat'; did you mean 'bitrate'?",
    ],
    [
      'an unknown variable',
      { when: 'true && produces.bitrate < 3' },
      "rule 'mine', column 9: unknown variable 'produces'; did you mean 'producer'?",
    ],
    [
      'a variable of another scope',
      { when: 'room.peers > 3 && event.pid > 1' },
      "unknown variable 'event'; scope producer has producer, transport",
    ],
    ['a type error', { when: 'producer.bitrate < "much"' }, 'column 1: no such overload: double < string'],
    [
      'a type error on a later line',
      { when: 'producer.paused &&\n  producer.bitrate < "x"' },
      'line 2, column 3: no such overload',
    ],
    ['a syntax error', { when: 'producer.bitrate <' }, 'column 19: Unexpected token: EOF'],
    ['a result that is no truth', { when: 'producer.bitrate' }, 'a condition is true or false, this is of type double'],
    [
      'a regular expression',
      { when: 'producer.mimeType.matches("^(a+)+$")' },
      'function matches cannot be used: a regular expression can block',
    ],
    [
      'an unknown function',
      { when: 'rate(producer.bitrate) > 1' },
      'function rate cannot be used: it is not known here',
    ],
    ['a macro', { when: '[1, 2].exists(x, x == producer.bitrate)' }, 'function exists cannot be used'],
    ['an index', { when: 'producer["bitrate"] < 3' }, "'[]' cannot be used"],
    [
      'a text that is reckoned with',
      { when: 'producer.mimeType + "x" == "y"' },
      'only numbers can be compared or reckoned with',
    ],
    ['a list of fields', { when: 'producer.mimeType in [producer.type]' }, 'a list holds numbers or texts, no fields'],
    ['a number that two ways lead to', { when: '(producer.paused ? 1 : 2) > 1' }, 'true or false is needed here'],
    ['a condition of endless depth', { when: `${'('.repeat(60)}true${')'.repeat(60)}` }, "rule 'mine', column"],
    [
      'an unknown placeholder',
      { annotations: { summary: 'bad: {{produce.bitrate}}' } },
      'no placeholder {{produce.bitrate}}; did you mean {{producer.bitrate}}?',
    ],
    ['an event that lasts', { scope: 'event', when: 'event.pid > 1', for: '5s' }, 'an event lasts no time'],
    ['a duration that is none', { for: '10 seconds' }, 'plugins.alerts.rules[0].for: must be a duration'],
    ['a scope that is none', { scope: 'producers' }, 'did you mean "producer"?'],
    ['a label that alerts have', { labels: { room: 'x' } }, 'must not have a label that alerts have of their own'],
    ['a name with a dot', { name: 'a.b' }, 'plugins.alerts.rules[0].name: expected text that matches'],
    ['an unknown key', { whenn: 'x' }, 'unknown option'],
  ])('by %s is refused with what is wrong', (_, differences, message) => {
    expect(refusal(rule(differences))).toContain(message);
  });

  it('is told together with the others that are wrong', () => {
    const message = refusal(
      rule({ name: 'a', when: 'producer.x < 1' }),
      rule({ name: 'b', when: 'producer.y < 1' }),
      rule({ name: 'b' }),
    );

    expect(message).toContain("rule 'a'");
    expect(message).toContain("rule 'b'");
    expect(message).toContain("two rules of the name 'b'");
  });
});

describe('the default rules', () => {
  it('are all right, and can be switched off and replaced by name', () => {
    const all = new RuleSet(cel, { defaults: true, disabled: [] }, 'plugins.alerts').ready([]);
    const without = new RuleSet(cel, { defaults: true, disabled: ['WorkerHung'] }, 'plugins.alerts');
    const replaced = without.parse([rule({ name: 'WorkerDied' })]);

    expect(all.map(({ rule: { name } }) => name)).toEqual(DEFAULT_RULES.map(({ name }) => name));
    expect(replaced).toHaveLength(DEFAULT_RULES.length - 1);
    expect(replaced.find(({ rule: { name } }) => name === 'WorkerDied')).toMatchObject({ isDefault: false });
  });

  it('cannot be switched off by a name that none has', () => {
    expect(() => rules(['WorkerDead']).ready([])).toThrow(
      "plugins.alerts.disabled: there is no default rule 'WorkerDead'",
    );
  });
});
