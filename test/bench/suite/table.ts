import type { Figures } from './figures.js';
import { MODES } from './modes.js';

interface Column {
  readonly head: string;
  readonly cell: (figures: Figures) => string;
}

const UNKNOWN = '–';

const number = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : UNKNOWN);

function share({ mode }: Figures, value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const sign = mode === 'none' ? '' : value < 0 ? '−' : '+';
  return `${sign}${Math.abs(value * 100).toFixed(2)} %`;
}

const delays = (...values: readonly number[]): string =>
  Number.isFinite(values[0]) ? values.map((value) => number(value, value < 1 ? 2 : 1)).join(' / ') : UNKNOWN;

const kilobytes = (bytes: number): string => number(bytes / 1_000, 1);

const COLUMNS: readonly Column[] = [
  { head: 'CPU of Node.js', cell: (figures) => share(figures, figures.cpuShare) },
  { head: 'of the burst', cell: ({ ofBurst }) => number(ofBurst, 2) },
  { head: 'µs a sample', cell: ({ usPerSample }) => number(usPerSample, 1) },
  {
    head: 'samples a second',
    cell: ({ samplesPerSecond }) => (samplesPerSecond > 0 ? number(samplesPerSecond, 0) : UNKNOWN),
  },
  { head: 'CPU of workers', cell: (figures) => share(figures, figures.workerShare) },
  { head: 'loop delay p50 / p99 / max, ms', cell: ({ loopDelay: { p50, p99, max } }) => delays(p50, p99, max) },
  { head: 'own turn, ms', cell: ({ longestTurnMs }) => number(longestTurnMs, 1) },
  { head: 'RTP p50 / p99 / p99.9, ms', cell: ({ rtp: { p50, p99, p999 } }) => delays(p50, p99, p999) },
  {
    head: 'heap / RSS an entity, kB',
    cell: ({ heapPerEntity, rssPerEntity }) =>
      Number.isFinite(heapPerEntity) ? `${kilobytes(heapPerEntity)} / ${kilobytes(rssPerEntity)}` : UNKNOWN,
  },
  {
    head: 'collections a second, ms',
    cell: ({ collectionsPerSecond, collectionsMsPerSecond }) =>
      `${number(collectionsPerSecond, 1)}, ${number(collectionsMsPerSecond, 1)}`,
  },
];

/** The table as lines for a terminal, its columns aligned. */
export function textTable(rows: readonly Figures[]): string {
  const lines = [
    ['beside the SFU', ...COLUMNS.map(({ head }) => head)],
    ...rows.map((row) => [row.mode, ...cells(row)]),
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  return [...text, ...notes(rows, ({ mode }) => mode)].join('\n');
}

/** The table in Markdown. */
export function markdownTable(rows: readonly Figures[]): string {
  const line = (line: readonly string[]): string => `| ${line.join(' | ')} |`;
  return [
    line(['beside the SFU', ...COLUMNS.map(({ head }) => head)]),
    line(['---', ...COLUMNS.map(() => '--:')]),
    ...rows.map((row) => line([`\`${row.mode}\`: ${MODES[row.mode]}`, ...cells(row)])),
    ...notes(rows, ({ mode }) => `- \`${mode}\``, ['']),
  ].join('\n');
}

function cells(row: Figures): string[] {
  return COLUMNS.map(({ cell }) => cell(row));
}

function notes(rows: readonly Figures[], name: (row: Figures) => string, before: readonly string[] = []): string[] {
  const told = rows.flatMap((row) => row.notes.map((note) => `${name(row)}: ${note}`));
  return told.length === 0 ? [] : [...before, ...told];
}
