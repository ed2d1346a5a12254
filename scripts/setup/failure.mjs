/** A step that could not be done: what happened, what to do about it, and where the whole output is. */
export class SetupFailure extends Error {
  /**
   * @param {string} message What happened, in one sentence.
   * @param {{ advice?: string, log?: string, tail?: string[], cause?: unknown }} [details]
   */
  constructor(message, { advice, log, tail, cause } = {}) {
    super(message, { cause });
    this.name = 'SetupFailure';
    this.advice = advice;
    this.log = log;
    this.tail = tail ?? [];
  }

  /** The same failure with advice, unless it has some already. @param {string} advice */
  advise(advice) {
    this.advice ??= advice;
    return this;
  }
}

/** The user pressed Ctrl-C, or another step failed and this one was called off. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
