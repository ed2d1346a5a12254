import { describe, expect, it } from 'vitest';
import { helpText, parseArguments } from './arguments.js';
import { SCENARIOS } from './scenarios.js';

const PARTS = ['graph', 'prometheus'];
const parse = (...args: string[]) => parseArguments(args, PARTS);
const names = (...args: string[]): readonly string[] => parse(...args).scenarios.map(({ name }) => name);

describe('the arguments of npm run bench', () => {
  it('mean every scenario, and no benchmark of a part, when there are none', () => {
    expect(names()).toEqual(SCENARIOS.map(({ name }) => name));
    expect(parse().parts).toEqual([]);
  });

  it('name scenarios and parts', () => {
    expect(names('10000', 'graph')).toEqual(['10000']);
    expect(parse('10000', 'graph').parts).toEqual(['graph']);
    expect(names('graph')).toEqual([]);
    expect(parse('parts').parts).toEqual(PARTS);
  });

  it('are told apart from what is not known, with what may have been meant', () => {
    expect(() => parse('grahp')).toThrow('There is no benchmark "grahp". Did you mean graph? Known are: 500,');
    expect(() => parse('--quik')).toThrow(
      'There is no option --quik. Did you mean --quick? Known are: --help, --quick,',
    );
  });

  it('make a rough table of one round', () => {
    const { scenarios, quick } = parse('--quick');
    expect(quick).toBe(true);
    expect(scenarios.map(({ name }) => name)).toEqual(['10000']);
    expect(scenarios.every(({ rounds, once }) => rounds === 1 && once.length === 0)).toBe(true);
    expect(names('--quick', '500')).toEqual(['500']);
  });

  it('say how many rounds there are', () => {
    expect(parse('--rounds', '7').scenarios.every(({ rounds }) => rounds === 7)).toBe(true);
    for (const wrong of ['0', '1.5', 'many', '101']) {
      expect(() => parse('--rounds', wrong)).toThrow(`--rounds takes a whole number from 1 to 100, not "${wrong}"`);
    }
  });

  it('refuse to write documentation from rough figures, or from none', () => {
    expect(() => parse('--quick', '--write')).toThrow('leave out --quick');
    expect(() => parse('graph', '--write')).toThrow('none was named');
    expect(() => parse('graph', '--json', 'x.json')).toThrow('none was named');
  });

  it('are explained by a help that names everything', () => {
    const help = helpText(PARTS);
    for (const name of [
      ...SCENARIOS.map((scenario) => scenario.name),
      ...PARTS,
      '--quick',
      '--json',
      '--write',
      '--rounds',
    ]) {
      expect(help).toContain(name);
    }
  });
});
