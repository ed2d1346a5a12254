/** Runs one write at a time. Asked for the one that runs already, it waits for that. */
export class OneWrite {
  #running: { readonly id: string; readonly done: Promise<void> } | undefined;

  /** What runs now, if anything. Never rejects. */
  get settled(): Promise<void> | undefined {
    return this.#running?.done.catch(() => undefined);
  }

  async run(id: string, write: () => Promise<void>): Promise<void> {
    const running = this.#running;
    if (running !== undefined) {
      await running.done;
      if (running.id === id) return;
    }
    const done = write().finally(() => {
      this.#running = undefined;
    });
    // Whoever waits may have given up by the time it fails.
    done.catch(() => undefined);
    this.#running = { id, done };
    await done;
  }
}
