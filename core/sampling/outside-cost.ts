/** Above it a span says more of the machine, or of an application that holds the loop, than of the requests. */
const LONGEST_SPAN_MS = 100;
/** From this share of the thread on, the application is too busy to be told apart; what was learned before then holds. */
const MOST_BUSY = 0.7;
/** Least share of an interval without requests from which the application's own share can be told. */
const LEAST_QUIET = 0.2;
/** How much of what was measured still counts an interval later. */
const MEMORY = 0.8;
/** What is taken for known before anything was measured. */
const PRIOR = { requests: 500, msPerRequest: 0.02 };
/** Whatever is measured, a request is not believed to cost less or more. */
const LEAST_MS = 0.002;
const MOST_MS = 0.2;

/** Readings at one moment, in ms. */
interface Reading {
  readonly wall: number;
  readonly cpu: number;
  /** All sections of ours until then. */
  readonly sections: number;
}

/**
 * Measures the CPU time that requests cost outside our own sections: where the source takes in and decodes answers, and what
 * garbage is collected meanwhile. A span lasts from asking until the last of these requests was answered, and the CPU time of the
 * thread within it, less our sections, belongs to the requests, but for what the application did meanwhile.
 *
 * How busy the application is (`b`, its share of the thread) is measured in the rest of the interval. Within a span of length `w`,
 * in which requests cost `c`, it can have run for `b · (w − c)` only, so CPU time `t = c + b · (w − c)`, from which
 * `c = (t − b · w) / (1 − b)`. One span may be far off either way; the mean over some thousand requests is not. It fades, so it
 * follows the machine within some intervals. While the application leaves nothing over to measure by, the last mean stays.
 *
 * Collections of the whole heap come when they like and are not in it.
 */
export class OutsideCost {
  readonly #read: (sections: number) => Reading;
  #span: Reading | null = null;
  #asked = 0;
  #answered = 0;
  /** When the interval began. */
  #began: Reading;
  /** Of the spans in this interval. */
  #spans = { wall: 0, cpu: 0, sections: 0, requests: 0 };
  #busy = 0;
  #meanMs = PRIOR.requests * PRIOR.msPerRequest;
  #meanRequests = PRIOR.requests;

  constructor(monotonic: () => number, cpuTime: () => number) {
    this.#read = (sections) => ({ wall: monotonic(), cpu: cpuTime(), sections });
    this.#began = this.#read(0);
  }

  get perRequestMs(): number {
    return Math.min(MOST_MS, Math.max(LEAST_MS, this.#meanMs / this.#meanRequests));
  }

  /** Called after the section that asked; `sections` is the time of all our sections so far, in ms. */
  asked(requests: number, sections: number): void {
    if (this.#span !== null && this.#asked > this.#answered) {
      const now = this.#read(sections);
      if (now.wall - this.#span.wall <= LONGEST_SPAN_MS) {
        this.#asked += requests;
        return;
      }
    }
    this.#span = this.#read(sections);
    this.#asked = requests;
    this.#answered = 0;
  }

  /** Called after the section that took one answer. */
  answered(sections: number): void {
    if (this.#span === null || ++this.#answered < this.#asked) return;
    const from = this.#span;
    this.#span = null;
    const to = this.#read(sections);
    if (to.wall - from.wall > LONGEST_SPAN_MS) return;
    this.#spans.wall += to.wall - from.wall;
    this.#spans.cpu += to.cpu - from.cpu;
    this.#spans.sections += to.sections - from.sections;
    this.#spans.requests += this.#answered;
  }

  /** Ends an interval: takes what it showed into the mean. */
  interval(sections: number): void {
    const now = this.#read(sections);
    const { wall, cpu, sections: own, requests } = this.#spans;
    const ownElsewhere = now.sections - this.#began.sections - own;
    const elapsed = now.wall - this.#began.wall;
    const quiet = elapsed - wall - ownElsewhere;
    if (quiet > 0 && quiet >= elapsed * LEAST_QUIET) {
      this.#busy = Math.max(0, (now.cpu - this.#began.cpu - cpu - ownElsewhere) / quiet);
    }
    if (requests > 0 && this.#busy <= MOST_BUSY) {
      const net = (cpu - own - this.#busy * (wall - own)) / (1 - this.#busy);
      this.#meanMs = this.#meanMs * MEMORY + Math.max(0, net);
      this.#meanRequests = this.#meanRequests * MEMORY + requests;
    }
    this.#began = now;
    this.#spans = { wall: 0, cpu: 0, sections: 0, requests: 0 };
  }
}
