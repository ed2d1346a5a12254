/** Where lines go. Never blocks the event loop, however slowly the other side reads. */
export interface LineTarget {
  /**
   * Resolves once the operating system has the bytes. With the id of a write that has not ended, or that failed half-way, it is the same
   * write: it is waited for, or goes on where it stopped, so that no byte is written twice.
   */
  write(id: string, bytes: Uint8Array): Promise<void>;
  /** Releases what it holds. A write that runs then is left to itself. */
  close(): Promise<void>;
}
