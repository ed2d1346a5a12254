import type { Figures } from './figures.js';
import type { Scenario } from './scenarios.js';

const WIDTH = 760;
const LEFT = 110;
const RIGHT = 90;
const TOP = 66;
const BAR = 11;
const ROW = 36;
const BOTTOM = 34;
/** Room for two bars and their labels. */
const GRID_LINES = 4;

/** Its own background, because a page may be shown light or dark whatever the system prefers. */
const STYLE = [
  'text{font:12px system-ui,sans-serif;fill:#1f2328}',
  '.page{fill:#fff;stroke:#d1d9e0}',
  '.title{font-size:15px;font-weight:600}',
  '.grid{stroke:#d1d9e0}',
  '.node{fill:#0969da}',
  '.worker{fill:#bf8700}',
  '@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.page{fill:#0d1117;stroke:#3d444d}.grid{stroke:#3d444d}',
  '.node{fill:#4493f8}.worker{fill:#d29922}}',
].join('');

/** CPU of the Node.js process and of the workers above nothing attached, as two bars for each mode. */
export function plot(scenario: Pick<Scenario, 'title'>, figures: readonly Figures[]): string {
  const rows = figures.filter(({ mode }) => mode !== 'none');
  const most = Math.max(
    0.001,
    ...rows.flatMap(({ cpuShare, workerShare }) => [cpuShare, workerShare].filter(Number.isFinite)),
  );
  const step = niceStep(most / GRID_LINES);
  const end = Math.ceil(most / step - 1e-9) * step;
  const x = (share: number): number => LEFT + (Math.max(0, share) / end) * (WIDTH - LEFT - RIGHT);
  const height = TOP + rows.length * ROW + BOTTOM;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escaped(scenario.title)}: CPU above nothing attached</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>`,
    `<text class="title" x="16" y="26">${escaped(scenario.title)}: % of a core above nothing attached</text>`,
    legend(16, 'node', 'Node.js process of the SFU'),
    legend(220, 'worker', 'workers'),
  ];
  for (let line = 0; line * step <= end + 1e-9; line++) {
    const at = x(line * step).toFixed(1);
    parts.push(`<line class="grid" x1="${at}" x2="${at}" y1="${TOP}" y2="${height - BOTTOM}"/>`);
    parts.push(`<text x="${at}" y="${height - 14}" text-anchor="middle">${percent(line * step, step)}</text>`);
  }
  for (const [index, { mode, cpuShare, workerShare }] of rows.entries()) {
    const y = TOP + index * ROW + 5;
    parts.push(`<text x="${LEFT - 8}" y="${y + BAR + 4}" text-anchor="end">${escaped(mode)}</text>`);
    parts.push(bar('node', x, y, cpuShare));
    if (Number.isFinite(workerShare)) parts.push(bar('worker', x, y + BAR + 1, workerShare));
  }
  return `${parts.join('\n')}\n</svg>\n`;
}

function bar(kind: string, x: (share: number) => number, y: number, share: number): string {
  const width = (x(share) - LEFT).toFixed(1);
  const label = `<text x="${(x(share) + 5).toFixed(1)}" y="${y + BAR - 1}">${(share * 100).toFixed(2)}</text>`;
  return `<rect class="${kind}" x="${LEFT}" y="${y}" width="${width}" height="${BAR}"/>${label}`;
}

function legend(x: number, kind: string, text: string): string {
  return `<rect class="${kind}" x="${x}" y="40" width="11" height="11"/><text x="${x + 17}" y="50">${text}</text>`;
}

/** The next of 1, 2 and 5 times a power of ten. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

function percent(share: number, step: number): string {
  return `${(share * 100).toFixed(Math.max(0, -Math.floor(Math.log10(step * 100) + 1e-9)))} %`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
