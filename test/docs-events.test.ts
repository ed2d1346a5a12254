import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLOSE_REASONS } from '../core/model/entity.js';
import { EVENT_SEVERITIES, EVENT_TYPES } from '../core/model/event-severity.js';

const page = (name: string): string => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

/** Cells of each table row that begins with a name in backquotes. */
function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/events.md', () => {
  it('lists all event types and no others, in the order of the table', () => {
    const listed = rows(page('events.md')).map(([type]) => type?.replaceAll('`', ''));

    expect(listed).toEqual(EVENT_TYPES);
  });

  it('gives each its severity', () => {
    const wrong = rows(page('events.md')).filter(([type, severity]) => {
      const rule: unknown = EVENT_SEVERITIES[type?.replaceAll('`', '') as keyof typeof EVENT_SEVERITIES];
      return typeof rule === 'string' ? severity !== rule : !severity?.includes(' when ');
    });

    expect(wrong).toEqual([]);
  });
});

describe('docs/closures.md', () => {
  it('explains every reason of a close and no others', () => {
    const listed = rows(page('closures.md')).map(([reason]) => reason?.replaceAll('`', ''));

    expect(new Set(listed)).toEqual(new Set(CLOSE_REASONS));
    expect(listed).toHaveLength(CLOSE_REASONS.length);
  });
});
