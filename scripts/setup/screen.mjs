const REDRAW_MS = 200;
const HEARTBEAT_MS = 15_000;

/** @typedef {{ title: string, detail: string, started: number, said: number }} Running */
/** @typedef {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} Output */

/**
 * Shows what is being done, how far it is and how long it takes. On a terminal the running steps share one live line; elsewhere each
 * step is a line when it starts and one when it ends, with a sign of life in between.
 */
export class Screen {
  /** @type {Set<Running>} */
  #running = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #liveLine = false;
  #output;

  /** @param {Output} output */
  constructor(output = process.stdout) {
    this.#output = output;
  }

  /** @param {string} text A line that stays. */
  say(text) {
    this.#clear();
    this.#output.write(`setup: ${text}\n`);
    this.#draw();
  }

  /**
   * Shows a step while `work` runs. `work` gets a function that says how far it is.
   *
   * @template T
   * @param {string} title
   * @param {(progress: (detail: string) => void) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async step(title, work) {
    const now = Date.now();
    /** @type {Running} */
    const step = { title, detail: '', started: now, said: now };
    this.#running.add(step);
    if (!this.#output.isTTY) this.say(`${title} ...`);
    this.#timer ??= setInterval(() => this.#tick(), REDRAW_MS);
    try {
      const result = await work((detail) => {
        step.detail = detail;
      });
      this.#finish(step, 'done in');
      return result;
    } catch (error) {
      this.#finish(step, 'gave up after');
      throw error;
    }
  }

  /**
   * @param {Running} step
   * @param {string} how
   */
  #finish(step, how) {
    this.#running.delete(step);
    if (this.#running.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.say(`${step.title}: ${how} ${seconds(step)} s`);
  }

  #tick() {
    if (this.#output.isTTY) {
      this.#clear();
      this.#draw();
      return;
    }
    const now = Date.now();
    for (const step of this.#running) {
      if (now - step.said < HEARTBEAT_MS) continue;
      step.said = now;
      this.say(describe(step));
    }
  }

  #clear() {
    if (this.#liveLine) this.#output.write('\r\x1b[K');
    this.#liveLine = false;
  }

  #draw() {
    if (!this.#output.isTTY || this.#running.size === 0) return;
    const line = `setup: ${[...this.#running].map(describe).join(' | ')}`;
    // A line that wraps could not be cleared again.
    this.#output.write(line.slice(0, (this.#output.columns ?? 80) - 1));
    this.#liveLine = true;
  }
}

/** @param {Running} step */
function describe(step) {
  const detail = step.detail === '' ? '' : `, ${step.detail}`;
  return `${step.title}: ${seconds(step)} s${detail}`;
}

/** @param {Running} step */
function seconds(step) {
  return Math.round((Date.now() - step.started) / 1000);
}
