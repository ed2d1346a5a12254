import { type AnyFamily, GaugeFamily, HistogramFamily } from '../series/family.js';
import type { Exemplar, HistogramSeries, Series } from '../series/series.js';
import { numberText } from '../series/text.js';
import type { PageWriter } from './page-writer.js';

/** What follows a bucket's value in OpenMetrics; `null` where there are no exemplars. */
export type ExemplarText = ((exemplar: Exemplar) => string) | null;

/** One family as it was last written in one format. It is written anew only when one of its series has changed. */
export class FamilyBytes {
  readonly #family: AnyFamily;
  readonly #exemplar: ExemplarText;
  /** What was written, and the states it was in. */
  #written: readonly (Series | HistogramSeries)[] = [];
  #states: readonly number[] = [];
  #bytes = Buffer.alloc(0);
  #lines = 0;

  constructor(family: AnyFamily, exemplar: ExemplarText) {
    this.#family = family;
    this.#exemplar = exemplar;
  }

  /** At once when nothing has changed: most families are the same on most pages. */
  write(writer: PageWriter): Promise<void> | void {
    if (this.#family.size === 0) return;
    if (!this.#isWritten()) return this.#writeAnew(writer);
    writer.bytes(this.#bytes, this.#lines);
  }

  async #writeAnew(writer: PageWriter): Promise<void> {
    await this.#make(writer);
    writer.bytes(this.#bytes, this.#lines);
  }

  #isWritten(): boolean {
    if (this.#written.length !== this.#family.size) return false;
    let i = 0;
    for (const series of this.#family.all()) {
      if (this.#written[i] !== series || !Object.is(this.#states[i], series.state)) return false;
      i++;
    }
    return true;
  }

  async #make(writer: PageWriter): Promise<void> {
    const written: (Series | HistogramSeries)[] = [];
    const states: number[] = [];
    const { name, metric } = this.#family;
    let text = writer.head(name, metric.type, metric.help);
    let lines = 0;
    const add = (series: Series | HistogramSeries, itsText: string, itsLines: number): void => {
      written.push(series);
      states.push(series.state);
      text += itsText;
      lines += itsLines;
    };
    if (this.#family instanceof HistogramFamily) {
      for (const series of this.#family.all()) {
        add(series, series.text(this.#exemplar), series.counts.length + 2);
        if (writer.isDue) await writer.pause();
      }
    } else {
      const isGauge = this.#family instanceof GaugeFamily;
      for (const series of this.#family.all()) {
        const isUnknown = isGauge && Number.isNaN(series.value);
        add(series, isUnknown ? '' : `${series.line}${numberText(series.value)}\n`, isUnknown ? 0 : 1);
        if (writer.isDue) await writer.pause();
      }
    }
    this.#written = written;
    this.#states = states;
    this.#bytes = Buffer.from(text);
    this.#lines = lines;
  }
}
