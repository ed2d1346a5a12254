import type { Slices } from '../collect/slices.js';
import { helpText } from '../series/text.js';
import type { Format } from './format.js';
import { Page } from './page.js';

/** Characters after which text becomes bytes, so that no slice ends with a large conversion. */
const CHUNK = 65_536;
/** Bytes from which a piece goes into the page as it is; smaller ones are put together. */
const WHOLE = 16_384;

/** Puts a page together line by line, in slices. */
export class PageWriter {
  readonly format: Format;
  readonly #slices: Slices;
  readonly #chunks: Buffer[] = [];
  #text = '';
  #small: Buffer[] = [];
  #smallBytes = 0;
  #series = 0;

  constructor(format: Format, slices: Slices) {
    this.format = format;
    this.#slices = slices;
  }

  get series(): number {
    return this.#series;
  }

  /** Begins a family, whose lines must follow without another's between them. */
  family(name: string, type: string, help: string): void {
    this.#text += this.head(name, type, help);
  }

  /** What a family begins with. */
  head(name: string, type: string, help: string): string {
    // OpenMetrics names a counter's family without what its samples end in.
    const family = this.format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
    const escaped = helpText(help);
    const shown = this.format === 'openmetrics' ? escaped.replaceAll('"', '\\"') : escaped;
    return `# HELP ${family} ${shown}\n# TYPE ${family} ${type}\n`;
  }

  /** Whole lines, which are `series` series. */
  lines(text: string, series: number): void {
    this.#text += text;
    this.#series += series;
    if (this.#text.length >= CHUNK) this.#flush();
  }

  /** The same as bytes, which nobody changes while the page lasts. */
  bytes(bytes: Buffer, series: number): void {
    this.#series += series;
    this.#flushText();
    if (bytes.length >= WHOLE) {
      this.#flush();
      this.#chunks.push(bytes);
    } else this.#add(bytes);
  }

  /** To be asked between series: whether the slice has lasted long enough. */
  get isDue(): boolean {
    return this.#slices.isOver;
  }

  async pause(): Promise<void> {
    await this.#slices.pause();
  }

  /** `ended` is called when nobody holds the page any more. */
  end(ended: () => void = () => {}): Page {
    if (this.format === 'openmetrics') this.#text += '# EOF\n';
    this.#flush();
    return new Page(this.format, this.#chunks, this.#series, ended);
  }

  #flush(): void {
    this.#flushText();
    if (this.#small.length > 0) this.#chunks.push(Buffer.concat(this.#small, this.#smallBytes));
    this.#small = [];
    this.#smallBytes = 0;
  }

  #flushText(): void {
    const text = this.#text;
    if (text === '') return;
    this.#text = '';
    this.#add(Buffer.from(text));
  }

  #add(bytes: Buffer): void {
    this.#small.push(bytes);
    this.#smallBytes += bytes.length;
    if (this.#smallBytes >= CHUNK) this.#flush();
  }
}
