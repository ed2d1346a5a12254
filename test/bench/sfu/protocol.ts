/** What one measured process is told, as JSON in its first argument. */
export interface RunConfig {
  readonly mode: string;
  readonly consumers: number;
  readonly workers: number;
  /** A program that answers in place of mediasoup's worker; no media flows then. */
  readonly standIn: boolean;
  /** Time between two rounds of statistics, in whatever mode. */
  readonly intervalMs: number;
  /** Time in which code is run to have it compiled. */
  readonly warmUpMs: number;
  /** Time between that and the window. */
  readonly settleMs: number;
  readonly windowMs: number;
  /** Consumers that leave and join again each second, in every mode. */
  readonly joinsPerSecond: number;
  /** Folder in which packages are installed that are only fetched for the comparison; `null` when they could not be had. */
  readonly peers: string | null;
  /** Address of a broker; `null` when there is none. */
  readonly amqpUrl: string | null;
}

/** Delays in ms. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What was measured in the window. Times in ms, memory in bytes after garbage collection. */
export interface RunResult {
  readonly node: string;
  /** Transports, producers and consumers. */
  readonly entities: number;
  readonly windowMs: number;
  /** CPU of the process of the SFU, all threads. */
  readonly cpuMs: number;
  /** Of V8's own threads among them, 0 where they cannot be told from others. */
  readonly engineCpuMs: number;
  /** CPU of all workers together; `null` of a stand-in. */
  readonly workerCpuMs: number | null;
  /** Answers of workers that came in. */
  readonly samples: number;
  /** Beyond the time that was waited for. */
  readonly loopDelay: Delays;
  /** As the monitor tells it, since it began to settle. `null` without one. */
  readonly longestTurnMs: number | null;
  /** From one UDP port through the SFU to another; `null` without media. */
  readonly rtp: (Delays & { readonly sent: number; readonly received: number }) | null;
  readonly rss: number;
  readonly heapUsed: number;
  readonly collections: number;
  readonly collectionsMs: number;
  /** What else there is to tell of this run. */
  readonly note: string | null;
}

/** From the measured process to its probe. */
export type ToProbe =
  | {
      readonly type: 'start';
      /** Port of the transport that the measured stream goes to. */
      readonly target: number;
      readonly ssrc: number;
    }
  | { readonly type: 'scrape'; readonly url: string; readonly everyMs: number }
  | { readonly type: 'window' }
  | { readonly type: 'report' };

/** What came of the scrapes within the window. */
export interface Scrapes {
  readonly answered: number;
  readonly failed: number;
  readonly bytes: number;
  /** Longest wait for a whole page. */
  readonly longestMs: number;
  /** Lines of the last page that are not comments. */
  readonly series: number;
}

/** From the probe. */
export type FromProbe =
  | { readonly type: 'ready'; readonly rtpPort: number; readonly sinkUrl: string }
  | { readonly type: 'report'; readonly rtp: RunResult['rtp']; readonly scrapes: Scrapes };
