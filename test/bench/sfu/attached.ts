import type { RunConfig, Scrapes } from './protocol.js';
import type { BenchRoom } from './room.js';

/** What runs beside the SFU while it is measured. */
export interface Attached {
  /**
   * Called once everything in the SFU is open. Resolves after the time of warming up, when what is measured runs.
   *
   * @param joins Consumers that leave and join meanwhile; waited for before what is measured begins.
   */
  begin(room: BenchRoom, joins: Promise<void>): Promise<void>;
  /** Answers of workers so far. */
  samples(): number;
  longestTurnMs(): number | null;
  /** What the probe asks for, every interval; known from the beginning on. */
  scrapeUrl(): string | null;
  /**
   * What else there is to tell at the end.
   *
   * @param sampledShare Answers in the window, in parts of those of every entity in every interval.
   */
  note(scrapes: Scrapes, sampledShare: number): string | null;
}

/** What a mode is made with, before the first worker is. */
export interface AttachContext {
  readonly config: RunConfig;
  /** Takes every request over HTTP and answers 204. */
  readonly sinkUrl: string;
}

export type Attach = (context: AttachContext) => Promise<Attached>;
