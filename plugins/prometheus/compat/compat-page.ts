import type { Clock, GraphReader } from '../../../core/index.js';
import { beginCollection, type Collection } from '../collect/collector.js';
import { Slices } from '../collect/slices.js';
import type { Page } from '../expose/page.js';
import { PageWriter } from '../expose/page-writer.js';
import type { Format } from '../expose/format.js';

interface CompatPageDeps {
  readonly graph: GraphReader;
  readonly clock: Clock;
}

/** A page in another exporter's words: made in slices, shared by all who ask meanwhile and for a while after. */
export class CompatPage {
  readonly #deps: CompatPageDeps;
  readonly #keepMs: number;
  readonly #write: (writer: PageWriter, collection: Collection) => Promise<void>;
  readonly #pages = new Map<Format, { readonly page: Promise<Page>; readonly at: number }>();

  constructor(
    deps: CompatPageDeps,
    keepMs: number,
    write: (writer: PageWriter, collection: Collection) => Promise<void>,
  ) {
    this.#deps = deps;
    this.#keepMs = keepMs;
    this.#write = write;
  }

  page(format: Format): Promise<Page> {
    const known = this.#pages.get(format);
    if (known !== undefined && this.#deps.clock.monotonic() - known.at < this.#keepMs) return known.page;
    const page = this.#render(format);
    this.#pages.set(format, { page, at: this.#deps.clock.monotonic() });
    page.catch(() => this.#pages.delete(format));
    return page;
  }

  async #render(format: Format): Promise<Page> {
    const { graph, clock } = this.#deps;
    const slices = new Slices(clock, new AbortController().signal);
    const writer = new PageWriter(format, slices);
    await this.#write(writer, beginCollection(graph, slices, clock.now()));
    return writer.end();
  }
}
