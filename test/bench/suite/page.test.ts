import { describe, expect, it } from 'vitest';
import { replaceSection, sectionNames } from './page.js';

const PAGE =
  'head\n<!-- bench:500 -->\nold\n<!-- /bench:500 -->\nmiddle\n<!-- bench:5000 -->\n<!-- /bench:5000 -->\nend\n';

describe('a page with sections made by a program', () => {
  it('keeps all but the section that is replaced', () => {
    expect(replaceSection(PAGE, '500', '\nnew\n')).toBe(PAGE.replace('old', 'new'));
    expect(replaceSection(PAGE, '5000', 'new')).toBe(
      PAGE.replace('-->\n<!-- /bench:5000', '-->\nnew\n<!-- /bench:5000'),
    );
  });

  it('is refused when it has no such section, or has it twice', () => {
    expect(() => replaceSection(PAGE, '10000', '')).toThrow('has no place for "10000"');
    expect(() => replaceSection(PAGE + PAGE, '500', '')).toThrow('once each');
    expect(() => replaceSection('<!-- bench:500 -->', '500', '')).toThrow('once each');
  });

  it('tells its sections', () => {
    expect(sectionNames(PAGE)).toEqual(['500', '5000']);
  });
});
