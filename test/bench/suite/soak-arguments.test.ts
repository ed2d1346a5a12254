import { describe, expect, it } from 'vitest';
import { soakHelp, soakPlan } from './soak-arguments.js';

describe('the arguments of the soak', () => {
  it('are half an hour without compilers by default', () => {
    expect(soakPlan([])).toEqual({ help: false, minutes: 30, compiled: false });
  });

  it('say for how long, and whether V8 compiles', () => {
    expect(soakPlan(['--minutes', '2.5', '--compiled'])).toEqual({ help: false, minutes: 2.5, compiled: true });
    expect(soakPlan(['--minutes=90'])).toMatchObject({ minutes: 90 });
  });

  it('ask for help in a word or a letter', () => {
    expect(soakPlan(['--help'])).toMatchObject({ help: true });
    expect(soakPlan(['-h'])).toMatchObject({ help: true });
  });

  it('are refused with a word on what is wrong and what is allowed', () => {
    for (const wrong of ['0', '0.9', '1441', 'many', '', '-5']) {
      const message = `--minutes takes a number from 1 to 1440, not "${wrong}"`;
      expect(() => soakPlan([`--minutes=${wrong}`])).toThrow(message);
    }
    expect(() => soakPlan(['--minutes', '-5'])).toThrow('--minutes takes a number from 1 to 1440, not "-5"');
    expect(() => soakPlan(['--minutes'])).toThrow('--minutes needs a value');
    expect(() => soakPlan(['--minutes', '--compiled'])).toThrow('--minutes needs a value, not --compiled');
    expect(() => soakPlan(['--compiled=yes'])).toThrow('--compiled takes no value, not "yes"');
    expect(() => soakPlan(['--minute', '5'])).toThrow(
      'There is no option --minute. Did you mean --minutes? Known are: --minutes, --compiled, --help.',
    );
    expect(() => soakPlan(['-x'])).toThrow('There is no option -x.');
    expect(() => soakPlan(['--toString'])).toThrow('There is no option --toString.');
    expect(() => soakPlan(['5'])).toThrow('The soak takes options only, not "5".');
  });

  it('are explained by a help that names options, defaults and exit codes', () => {
    for (const part of ['--minutes', '1 to 1440 minutes', '30 by default', '--compiled', '--help', '130 interrupted']) {
      expect(soakHelp()).toContain(part);
    }
  });
});
