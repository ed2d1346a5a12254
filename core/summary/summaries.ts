import type { Clock } from '../clock.js';
import type { EntityNode } from '../model/entity.js';
import type { EventMap, MonitorEvent } from '../model/events.js';
import type { AnySampleBatch } from '../model/samples.js';
import type { SummaryMap } from '../model/summaries.js';
import type { Graph } from '../graph/graph.js';
import { isClose, isCreation } from '../graph/lifecycle-types.js';
import { SlottedRef } from '../graph/slotted-ref.js';
import { type Told, toldOf } from '../graph/told.js';
import type { Sampler } from '../sampling/sampler.js';
import type { EventInput } from '../source.js';
import type { TrafficReader } from '../traffic/traffic-meter.js';
import { Attendance } from './attendance.js';
import {
  type Closed,
  consumerSummary,
  dataConsumerSummary,
  dataProducerSummary,
  producerSummary,
  transportSummary,
} from './build.js';
import { isSummarized, type SummarizedKind } from './gauges.js';
import { shareOf } from './gathering.js';
import type { SummaryOptions } from './options.js';
import { Outbox } from './outbox.js';
import { LAYERED, PAUSED, SOURCE_PAUSED, VIDEO } from './page.js';
import { Rows, type Row } from './rows.js';

/** What waits to be told: the event of the end, and how the summary is made of it. */
interface Ending {
  readonly cause: MonitorEvent;
  readonly make: () => EventInput;
  /** The row that is free once it is told. */
  readonly row: { readonly kind: SummarizedKind; readonly number: number } | null;
}

type ClosedData = EventMap['producer.closed'] & { readonly everConnected?: boolean };

const BUILD: { readonly [K in SummarizedKind]: (closed: Closed) => SummaryMap[`${K}.summarized`] } = {
  producer: producerSummary,
  consumer: consumerSummary,
  transport: transportSummary,
  dataProducer: dataProducerSummary,
  dataConsumer: dataConsumerSummary,
};

/**
 * Tells what came of everything that ends: entities, peers, rooms. Takes in what is sampled anyhow and what events tell, and
 * asks for nothing. A summary follows the event of its end a moment later, in the same order as the ends.
 */
export class Summaries {
  readonly #graph: Pick<Graph, 'get' | 'emitAfter'>;
  readonly #sampler: Pick<Sampler, 'lastSample' | 'totals'>;
  readonly #clock: Clock;
  readonly #options: SummaryOptions;
  readonly #told: ReadonlySet<string>;
  readonly #rows: { readonly [K in SummarizedKind]: Rows } = {
    producer: new Rows('producer'),
    consumer: new Rows('consumer'),
    transport: new Rows('transport'),
    dataProducer: new Rows('dataProducer'),
    dataConsumer: new Rows('dataConsumer'),
  };
  readonly #attendance: Attendance;
  readonly #outbox: Outbox<Ending>;
  #omitted = 0;

  constructor(parts: {
    readonly graph: Pick<Graph, 'get' | 'emitAfter'>;
    readonly sampler: Pick<Sampler, 'lastSample' | 'totals'>;
    readonly traffic: Pick<TrafficReader, 'peer'>;
    readonly clock: Clock;
    readonly options: SummaryOptions;
  }) {
    const { graph, sampler, traffic, clock, options } = parts;
    this.#graph = graph;
    this.#sampler = sampler;
    this.#clock = clock;
    this.#options = options;
    this.#told = new Set(options.of);
    this.#attendance = new Attendance(traffic);
    this.#outbox = new Outbox({
      clock,
      perSecond: options.perSecond,
      capacity: options.maxWaiting,
      tell: (ending) => this.#tell(ending),
    });
  }

  /** Summaries that were due and left out, because too many were; a counter. */
  get omitted(): number {
    return this.#omitted;
  }

  /** Summaries that wait to be told. */
  get waiting(): number {
    return this.#outbox.size;
  }

  /** Entities there is memory for. */
  get capacity(): number {
    return Object.values(this.#rows).reduce((sum, rows) => sum + rows.capacity, 0);
  }

  /** Must be told every event, in order, with the graph already changed and the sampler not yet told. */
  observe(event: MonitorEvent, told: Told = toldOf(event, this.#graph, this.#clock)): void {
    if (!this.#options.enabled) return;
    if (event.entity === null) this.#observeAttendance(event);
    else if (isSummarized(event.entity.kind)) this.#observeEntity(event, event.entity.kind, told);
  }

  observeBatch(batch: AnySampleBatch): void {
    if (this.#options.enabled && isSummarized(batch.kind)) this.#rows[batch.kind].observeBatch(batch);
  }

  /** Tells all that waits, whatever the rate. */
  finish(): Promise<void> {
    return this.#outbox.finish();
  }

  #observeAttendance(event: MonitorEvent): void {
    const { room, peer } = event;
    switch (event.type) {
      case 'room.opened':
        this.#attendance.opened(room);
        return;
      case 'peer.joined':
        if (peer !== null) this.#attendance.joined(room, peer);
        return;
      case 'peer.left': {
        if (peer === null) return;
        const totals = this.#sampler.totals({ scope: 'peer', room, peer });
        const data = this.#attendance.left(room, peer, event.data.stayedMs, totals);
        if (data === null || !this.#told.has('peer')) return;
        this.#push({ cause: event, make: () => ({ type: 'peer.summarized', data }), row: null });
        return;
      }
      case 'room.closed': {
        if (room === null) return;
        const totals = this.#sampler.totals({ scope: 'room', room });
        const data = this.#attendance.ended(room, event.data.lifetimeMs, totals);
        if (data === null || !this.#told.has('room')) return;
        this.#push({ cause: event, make: () => ({ type: 'room.summarized', data }), row: null });
        return;
      }
      default:
    }
  }

  #observeEntity(event: MonitorEvent, kind: SummarizedKind, { node, at }: Told): void {
    if (isClose(event.type)) {
      this.#close(event, kind, at);
      return;
    }
    if (node === null) return;
    if (isCreation(event.type)) {
      this.#open(node, kind, at);
      return;
    }
    const found = this.#rows[kind].find(node.slot);
    if (found !== null) this.#changed(event, found, node, at);
  }

  #open(node: EntityNode, kind: SummarizedKind, now: number): void {
    const found = this.#rows[kind].open(node.slot, now, flagsOf(node));
    if (found === null) return;
    const { page, row } = found;
    if (node.kind === 'producer' || node.kind === 'consumer') {
      page.setMimeType(row, node.mimeType);
      page.setScore(row, node.score, now);
    }
    if (node.kind === 'consumer') page.setLayers(row, node.currentLayers, now);
    if (node.kind === 'transport') connectTimes(found, node);
  }

  #changed(event: MonitorEvent, found: Row, node: EntityNode, now: number): void {
    const { page, row } = found;
    switch (event.type) {
      case 'producer.paused':
      case 'consumer.paused':
      case 'dataProducer.paused':
      case 'dataConsumer.paused':
        page.setFlag(row, PAUSED, true, now);
        return;
      case 'producer.resumed':
      case 'consumer.resumed':
      case 'dataProducer.resumed':
      case 'dataConsumer.resumed':
        page.setFlag(row, PAUSED, false, now);
        return;
      case 'consumer.producerPaused':
      case 'dataConsumer.dataProducerPaused':
        page.setFlag(row, SOURCE_PAUSED, true, now);
        return;
      case 'consumer.producerResumed':
      case 'dataConsumer.dataProducerResumed':
        page.setFlag(row, SOURCE_PAUSED, false, now);
        return;
      case 'producer.scoreChanged':
      case 'consumer.scoreChanged':
        page.setScore(row, event.data.score, now);
        return;
      case 'consumer.layersChanged':
        page.setLayers(row, event.data.to, now);
        if (event.data.from !== null && event.data.to !== null) page.switches.add(row, 1);
        return;
      case 'producer.mediaStarted':
      case 'consumer.mediaStarted':
        page.firstMs[row] = event.data.firstMediaMs;
        return;
      case 'producer.stalled':
      case 'consumer.starved':
        page.troubleBegan(row, event.data.silentMs, now);
        return;
      case 'transport.idled':
        page.troubleBegan(row, event.data.idleMs, now);
        return;
      case 'producer.recovered':
      case 'consumer.recovered':
      case 'transport.resumed':
        page.troubleEnded(row, now);
        return;
      case 'dataConsumer.sendBufferFilled':
        page.troubles.add(row, 1);
        return;
      case 'transport.connected':
      case 'transport.iceStateChanged':
      case 'transport.dtlsStateChanged':
        if (node.kind === 'transport') connectTimes(found, node);
        return;
      default:
    }
  }

  #close(event: MonitorEvent, kind: SummarizedKind, at: number): void {
    const slot = SlottedRef.slotOf(event.entity!);
    const rows = this.#rows[kind];
    const number = slot === null ? null : rows.take(slot);
    if (number === null) return;
    const { reason, lifetimeMs, everConnected = false } = event.data as ClosedData;
    const last = this.#sampler.lastSample(event.entity!);
    if (last?.isNew === true) rows.sample(number, (field) => last.value(field));
    const { page, row } = rows.at(number);
    page.settle(row, at);
    page.troubleEnded(row, at);
    const isTold = this.#told.has(kind) && lifetimeMs >= this.#options.minDurationMs;
    const counts = this.#attendance.has(event.room);
    if (!isTold && !counts) {
      rows.free(number);
      return;
    }
    const closed: Closed = { page, row, reason, durationMs: Math.round(lifetimeMs), everConnected, at, last };
    if (counts) {
      this.#attendance.closed(event.room, event.peer, shareOf(kind, event.entity!, closed));
    }
    if (!isTold) {
      rows.free(number);
      return;
    }
    if (this.#outbox.isBehind && lifetimeMs < this.#options.shortMs) {
      this.#omitted++;
      rows.free(number);
      return;
    }
    const make = (): EventInput => ({ type: `${kind}.summarized`, data: BUILD[kind](closed) }) as EventInput;
    this.#push({ cause: event, make, row: { kind, number } });
  }

  #push(ending: Ending): void {
    if (this.#outbox.push(ending)) return;
    this.#omitted++;
    this.#free(ending);
  }

  #tell(ending: Ending): void {
    const event = ending.make();
    this.#free(ending);
    this.#graph.emitAfter(ending.cause, event);
  }

  #free({ row }: Ending): void {
    if (row !== null) this.#rows[row.kind].free(row.number);
  }
}

function flagsOf(node: EntityNode): number {
  switch (node.kind) {
    case 'dataProducer':
      return node.paused ? PAUSED : 0;
    case 'producer':
      return (node.paused ? PAUSED : 0) | (node.mediaKind === 'video' ? VIDEO : 0);
    case 'consumer': {
      const layered = node.type === 'simulcast' || node.type === 'svc';
      const fixed = (layered ? LAYERED : 0) | (node.mediaKind === 'video' ? VIDEO : 0);
      return (node.paused ? PAUSED : 0) | (node.producerPaused ? SOURCE_PAUSED : 0) | fixed;
    }
    case 'dataConsumer':
      return (node.paused ? PAUSED : 0) | (node.dataProducerPaused ? SOURCE_PAUSED : 0);
    default:
      return 0;
  }
}

function connectTimes({ page, row }: Row, node: EntityNode & { readonly kind: 'transport' }): void {
  page.firstMs[row] = node.iceConnectMs ?? Number.NaN;
  if (page.secondMs !== null) page.secondMs[row] = node.dtlsConnectMs ?? Number.NaN;
}
