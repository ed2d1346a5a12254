import type { Slices } from '../collect/slices.js';
import { helpText } from '../series/text.js';
import type { Format } from './format.js';
import { Page } from './page.js';

/** Bytes that small pieces are put together in. */
const CHUNK = 65_536;
/** Characters after which text becomes bytes, so that no slice ends with a large conversion. */
const TEXT = 8_192;
/** Bytes from which a piece goes into the page as it is; smaller ones are put together. */
const WHOLE = 16_384;
/** Bytes that a character of a string takes at most in UTF-8. */
const MOST_BYTES = 3;
const NOTHING = Buffer.alloc(0);

/** Puts a page together line by line, in slices. */
export class PageWriter {
  readonly format: Format;
  readonly #slices: Slices;
  readonly #take: (bytes: number) => Buffer;
  readonly #chunks: Buffer[] = [];
  #text = '';
  /** Where small pieces are put together: what is from `begin` to `end` is not in the page yet. */
  #bytes: Buffer = NOTHING;
  #begin = 0;
  #end = 0;
  #series = 0;

  /** `take` gives memory of at least so many bytes that is the page's own. */
  constructor(
    format: Format,
    slices: Slices,
    take: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafeSlow(bytes),
  ) {
    this.format = format;
    this.#slices = slices;
    this.#take = take;
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
    if (this.#text.length >= TEXT) this.#flushText();
  }

  /** The same as bytes, which nobody changes while the page lasts. */
  bytes(bytes: Buffer, series: number): void {
    this.#series += series;
    this.#flushText();
    if (bytes.length >= WHOLE) {
      this.#cut();
      this.#chunks.push(bytes);
      return;
    }
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
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
    this.#flushText();
    this.#cut();
    return new Page(this.format, this.#chunks, this.#series, ended);
  }

  #flushText(): void {
    const text = this.#text;
    if (text === '') return;
    this.#text = '';
    this.#reserve(text.length * MOST_BYTES);
    this.#end += this.#bytes.write(text, this.#end);
  }

  /** Makes room for so many bytes. */
  #reserve(bytes: number): void {
    if (this.#bytes.length - this.#end >= bytes) return;
    this.#cut();
    this.#bytes = this.#take(Math.max(CHUNK, bytes));
    this.#begin = 0;
    this.#end = 0;
  }

  /** Ends a chunk of small pieces. */
  #cut(): void {
    if (this.#end > this.#begin) this.#chunks.push(this.#bytes.subarray(this.#begin, this.#end));
    this.#begin = this.#end;
  }
}
