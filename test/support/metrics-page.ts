import { BY_ID } from '../../plugins/prometheus/by-id/metrics.js';
import { CHAPTERS } from '../../plugins/prometheus/catalogue/catalogue.js';
import { LABELS, type LabelName, shownLabel } from '../../plugins/prometheus/catalogue/labels.js';
import type { Metric } from '../../plugins/prometheus/catalogue/metric.js';

const HEAD = `# Metrics

What the plugin \`prometheus\` exposes, generated from its table of metrics: edit that, then run
\`npx vitest run --config test/vitest.config.ts test/docs-metrics.test.ts -u\`.

- Base units throughout: seconds, bytes, ratios from 0 to 1. What is a bit rate in mediasoup is bytes per second here.
- A counter never falls. What a closed stream had moved stays; what it moved between its last sample and its close, at most one
  sampling interval, is not seen, because mediasoup no longer answers then.
- A histogram of stream quality takes one observation per stream and sampling interval, so its buckets are shares of time. A stream
  that was sampled in every third interval only counts three times. Paused streams are left out, and so are unknown values.
- Media through pipes is the same media once more, so producers and consumers of pipes count in \`mediasoup_producers\` and
  \`mediasoup_consumers\` (label \`transport="pipe"\`) and in \`mediasoup_pipe_bytes_total\`, and nowhere else.
- What is not known is left out, never 0.
- **g** marks metrics that have the labels of option \`groupBy\` too.
`;

function row(name: string, { type, labels, help, source, grouped }: Metric): string {
  const shown = labels.map((label) => `\`${shownLabel(label)}\``).join(', ');
  return `| \`${name}\` | ${type}${grouped === true ? ' **g**' : ''} | ${shown} | ${cell(help)} | ${cell(source)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function labelRow(name: LabelName): string {
  const { help, values, max }: { help: string; values?: readonly string[]; max: number } = LABELS[name];
  const told =
    values === undefined
      ? `at most ${max === Infinity ? '`rooms.max`' : max}`
      : values.map((value) => `\`${value}\``).join(' ');
  return `| \`${shownLabel(name)}\`${name === shownLabel(name) ? '' : ` (\`${name}\`)`} | ${told} | ${cell(help)} |`;
}

/** The whole of docs/metrics.md. */
export function metricsPage(): string {
  const head = (words: readonly string[]): string =>
    `| ${words.join(' | ')} |\n| ${words.map(() => '---').join(' | ')} |\n`;
  const chapters = Object.entries(CHAPTERS).map(([title, metrics]) => {
    const rows = Object.entries<Metric>(metrics).map(([name, metric]) => row(name, metric));
    return `## ${title}\n\n${head(['metric', 'type', 'labels', 'meaning', 'from'])}${rows.join('\n')}\n`;
  });
  const byId = Object.entries(BY_ID).map(
    ([name, { type, help, field }]) => `| \`${name}\` | ${type} | ${help} | \`${field}\` |`,
  );
  const byIdChapter =
    '## Single producers and consumers (option `byId`)\n\nLabels `id`, `router`, `worker`, `kind`, `codec`, and those of ' +
    '`byId.labels`. These series end with their entity.\n\n' +
    `${head(['metric', 'type', 'meaning', 'from'])}${byId.join('\n')}\n`;
  const labels = (Object.keys(LABELS) as LabelName[]).map(labelRow);
  const labelChapter =
    '## Labels\n\nA value that is not listed, or beyond the number, becomes `__other__` and is counted in ' +
    '`sfu_monitor_label_overflow_total`. Option `labelLimits` sets other numbers.\n\n' +
    `${head(['label', 'values', 'meaning'])}${labels.join('\n')}\n`;
  return [HEAD, ...chapters, byIdChapter, labelChapter].join('\n');
}
