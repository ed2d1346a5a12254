import type { GraphReader, NodeOf, SampleBatch } from '../../../core/index.js';
import type { MetricNameOf } from '../catalogue/catalogue.js';
import type { CounterFamily } from '../series/family.js';
import type { HistogramSeries, Series } from '../series/series.js';
import type { MetricStore } from '../series/store.js';
import { codecName, type WorkerNames } from './names.js';
import { groupValues } from './group-values.js';
import { SlotBook } from './slot-book.js';

type RtpKind = 'producer' | 'consumer';
type RtpCounter = Extract<MetricNameOf<'counter'>, `mediasoup_${RtpKind}_${string}`>;
type RtpHistogram = Extract<MetricNameOf<'histogram'>, `mediasoup_${RtpKind}_${string}`>;

interface RtpPlan {
  /** Counters by worker, kind and codec, then those by kind alone: field and metric. */
  readonly detailed: readonly (readonly [string, RtpCounter])[];
  readonly plain: readonly (readonly [string, RtpCounter])[];
  /** Field, metric, and what one unit of the field is of the metric's. */
  readonly observed: readonly (readonly [string, RtpHistogram, number])[];
}

const PLANS: Readonly<Record<RtpKind, RtpPlan>> = {
  producer: {
    detailed: [
      ['byteCount', 'mediasoup_producer_bytes_total'],
      ['packetCount', 'mediasoup_producer_packets_total'],
    ],
    plain: [
      ['packetsLost', 'mediasoup_producer_packets_lost_total'],
      ['packetsDiscarded', 'mediasoup_producer_packets_discarded_total'],
      ['packetsRetransmitted', 'mediasoup_producer_packets_retransmitted_total'],
      ['packetsRepaired', 'mediasoup_producer_packets_repaired_total'],
      ['rtxPacketsDiscarded', 'mediasoup_producer_rtx_packets_discarded_total'],
      ['nackCount', 'mediasoup_producer_nacks_total'],
      ['nackPacketCount', 'mediasoup_producer_nacked_packets_total'],
      ['pliCount', 'mediasoup_producer_plis_total'],
      ['firCount', 'mediasoup_producer_firs_total'],
    ],
    observed: [
      ['score', 'mediasoup_producer_score', 1],
      ['bitrate', 'mediasoup_producer_throughput_bytes_per_second', 0.125],
      ['jitter', 'mediasoup_producer_jitter_seconds', 0.001],
      ['roundTripTime', 'mediasoup_producer_round_trip_time_seconds', 0.001],
    ],
  },
  consumer: {
    detailed: [
      ['byteCount', 'mediasoup_consumer_bytes_total'],
      ['packetCount', 'mediasoup_consumer_packets_total'],
    ],
    plain: [
      ['packetsLost', 'mediasoup_consumer_packets_lost_total'],
      ['packetsRetransmitted', 'mediasoup_consumer_packets_retransmitted_total'],
      ['nackCount', 'mediasoup_consumer_nacks_total'],
      ['nackPacketCount', 'mediasoup_consumer_nacked_packets_total'],
      ['pliCount', 'mediasoup_consumer_plis_total'],
      ['firCount', 'mediasoup_consumer_firs_total'],
    ],
    observed: [
      ['score', 'mediasoup_consumer_score', 1],
      ['fractionLost', 'mediasoup_consumer_fraction_lost_ratio', 1],
      ['jitter', 'mediasoup_consumer_jitter_seconds', 0.001],
      ['roundTripTime', 'mediasoup_consumer_round_trip_time_seconds', 0.001],
    ],
  },
};

/** The series of one stream; `null` for one in a pipe, which is the same stream once more. */
type Lines = { readonly counters: readonly Series[]; readonly histograms: readonly HistogramSeries[] } | null;

/** Producers or consumers: growth into counters, newest values into histograms. */
export class RtpSamples<K extends RtpKind> {
  readonly #plan: RtpPlan;
  readonly #store: MetricStore;
  readonly #graph: GraphReader;
  readonly #workers: WorkerNames;
  readonly #book: SlotBook<NodeOf<RtpKind>, Lines>;

  constructor(kind: K, store: MetricStore, graph: GraphReader, workers: WorkerNames) {
    this.#plan = PLANS[kind];
    this.#store = store;
    this.#graph = graph;
    this.#workers = workers;
    this.#book = new SlotBook(
      this.#plan.detailed.length + this.#plan.plain.length,
      (node) => this.#nameOf(node),
      (node) => this.#linesOf(node),
    );
  }

  observe(batch: SampleBatch<K>): void {
    const { detailed, plain, observed } = this.#plan;
    const columns = batch.columns as Readonly<Record<string, Float64Array>>;
    const counted = [...detailed, ...plain].map(([field]) => columns[field]!);
    const values = observed.map(([field]) => columns[field]!);
    for (let row = 0; row < batch.length; row++) {
      const node = batch.entities[row] as NodeOf<RtpKind>;
      const { slot } = node;
      const lines = this.#book.group(node);
      if (lines === null) continue;
      for (let i = 0; i < counted.length; i++) {
        lines.counters[i]!.add(this.#book.growth(slot, i, counted[i]![row]!));
      }
      if (node.paused || (node.kind === 'consumer' && node.producerPaused)) {
        this.#book.restart(slot);
        continue;
      }
      const weight = this.#book.weight(slot, batch.tick);
      if (weight === 0) continue;
      for (let i = 0; i < values.length; i++) {
        lines.histograms[i]!.observe(values[i]![row]! * observed[i]![2], weight, node, batch.at);
      }
    }
  }

  /** The stream goes on after a pause. */
  resumed(slot: number): void {
    this.#book.restart(slot);
  }

  clear(): void {
    this.#book.clear();
  }

  /** All that its lines are made of. */
  #nameOf(node: NodeOf<RtpKind>): string {
    if (this.#isInPipe(node)) return '';
    const { worker, mediaKind, mimeType, type } = node;
    const group = groupValues(this.#store.groupBy, node);
    const name = `${worker} ${mediaKind} ${mimeType} ${type}`;
    return group.length === 0 ? name : `${name} ${JSON.stringify(group)}`;
  }

  #isInPipe(node: NodeOf<RtpKind>): boolean {
    if (node.type === 'pipe') return true;
    const transport = node.parent === null ? undefined : this.#graph.get(node.parent);
    return transport?.kind === 'transport' && transport.type === 'pipe';
  }

  #linesOf(node: NodeOf<RtpKind>): Lines {
    if (this.#isInPipe(node)) return null;
    const { detailed, plain, observed } = this.#plan;
    const store = this.#store;
    const kind = node.mediaKind;
    const labels = [this.#workers.name(node.worker), kind, codecName(node.mimeType)] as const;
    const group = groupValues(store.groupBy, node);
    return {
      counters: [
        ...detailed.map(([, name]) => {
          const family = store.counter(name) as CounterFamily<readonly [string, string, string]>;
          return family.atGroup(group, ...labels);
        }),
        ...plain.map(([, name]) => (store.counter(name) as CounterFamily<readonly [string]>).at(kind)),
      ],
      histograms: observed.map(([, name]) => {
        if (name !== 'mediasoup_producer_score' && name !== 'mediasoup_consumer_score') {
          return store.histogram(name).at(kind);
        }
        return store.histogram(name).atGroup(group, kind, node.type);
      }),
    };
  }
}
