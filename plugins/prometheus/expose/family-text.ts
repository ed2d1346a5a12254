import { type AnyFamily, GaugeFamily } from '../series/family.js';
import { type Exemplar, HistogramSeries, type Series } from '../series/series.js';
import { numberText } from '../series/text.js';
import type { PageWriter } from './page-writer.js';

/** What follows a bucket's value in OpenMetrics; `null` where there are no exemplars. */
export type ExemplarText = ((exemplar: Exemplar) => string) | null;

/** Lines between two looks at the clock. */
const LINES = 32;

/** One family as it was last written in one format. It is written anew only when one of its series has changed. */
export class FamilyText {
  readonly #family: AnyFamily;
  readonly #exemplar: ExemplarText;
  #head: string | undefined;
  /** What was written, of how many lines, and what the family had gone through by then. */
  #text = '';
  #lines = 0;
  #changes = -1;
  /** What is being written. */
  #parts: string[] = [];
  #left: Iterator<Series | HistogramSeries> = [].values();

  constructor(family: AnyFamily, exemplar: ExemplarText) {
    this.#family = family;
    this.#exemplar = exemplar;
  }

  /** At once when nothing has changed, as most families on most pages, and when there is little to write. */
  write(writer: PageWriter): Promise<void> | void {
    const { size, changes, name, metric } = this.#family;
    if (size === 0) return;
    if (this.#changes === changes) {
      writer.lines(this.#text, this.#lines);
      return;
    }
    this.#head ??= writer.head(name, metric.type, metric.help);
    this.#parts = [this.#head];
    this.#lines = 0;
    this.#left = this.#family.all();
    return this.#goOn(writer, changes);
  }

  /** `changes`: what the family had gone through when this began; what comes meanwhile is for the next time. */
  #goOn(writer: PageWriter, changes: number): Promise<void> | void {
    const isGauge = this.#family instanceof GaugeFamily;
    let looked = this.#lines;
    for (let next = this.#left.next(); next.done !== true; next = this.#left.next()) {
      this.#add(next.value, isGauge);
      if (this.#lines - looked < LINES) continue;
      looked = this.#lines;
      if (writer.isDue) return writer.pause().then(() => this.#goOn(writer, changes));
    }
    // Other than a sum of parts, this is one piece of memory.
    this.#text = this.#parts.join('');
    this.#parts = [];
    this.#changes = changes;
    writer.lines(this.#text, this.#lines);
  }

  #add(series: Series | HistogramSeries, isGauge: boolean): void {
    if (series instanceof HistogramSeries) {
      series.write(this.#parts, this.#exemplar);
      this.#lines += series.counts.length + 2;
    } else if (!isGauge || !Number.isNaN(series.value)) {
      this.#parts.push(series.line, numberText(series.value), '\n');
      this.#lines++;
    }
  }
}
