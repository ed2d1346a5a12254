import { describe, expect, it } from 'vitest';
import { soakPlan } from './run-soak.js';

describe('the arguments of the soak', () => {
  it('are half an hour without compilers by default', () => {
    expect(soakPlan([])).toEqual({ minutes: 30, compiled: false });
  });

  it('say for how long, and whether V8 compiles', () => {
    expect(soakPlan(['--minutes', '2.5', '--compiled'])).toEqual({ minutes: 2.5, compiled: true });
  });

  it('are refused with a word on what is wrong', () => {
    for (const wrong of ['0', '1441', 'many']) {
      expect(() => soakPlan(['--minutes', wrong])).toThrow(`--minutes takes a number from 1 to 1440, not "${wrong}"`);
    }
  });
});
