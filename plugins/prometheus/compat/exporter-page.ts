import type { ConsumerNode, FieldOf, GraphSnapshot, NodeOf, ProducerNode, StatsReader } from '../../../core/index.js';
import type { Collection } from '../collect/collector.js';
import type { PageWriter } from '../expose/page-writer.js';
import { labelsText, numberText } from '../series/text.js';

type Node = ProducerNode | ConsumerNode;
type SharedField = FieldOf<'producer'> & FieldOf<'consumer'>;

/** Fields of both kinds, and the endings of their names there. */
const FIELDS: readonly (readonly [SharedField, string])[] = [
  ['byteCount', 'byte_count'],
  ['firCount', 'fir_count'],
  ['nackCount', 'nack_count'],
  ['nackPacketCount', 'nack_packet_count'],
  ['packetCount', 'packet_count'],
  ['packetsDiscarded', 'packets_discarded'],
  ['packetsLost', 'packets_lost'],
  ['packetsRepaired', 'packets_repaired'],
  ['packetsRetransmitted', 'packets_retransmitted'],
  ['pliCount', 'pli_count'],
  ['roundTripTime', 'round_trip_time'],
];
const PRODUCER_FIELDS: readonly (readonly [SharedField, string])[] = [
  ...FIELDS,
  ['jitter', 'jitter'],
  ['score', 'score'],
];
/** The labels every series has there; one of the application must not repeat them. */
const OWN_LABELS = new Set(['kind', 'mimeType', 'type', 'producerId', 'consumerId']);
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
const MOST_LABELS = 8;

/** The page of mediasoup-exporter: counts, and a series per field of every producer and consumer. Gauges all, as there. */
export class ExporterPage {
  readonly #maxEntities: number;
  readonly #stats: StatsReader;

  constructor(maxEntities: number, stats: StatsReader) {
    this.#maxEntities = maxEntities;
    this.#stats = stats;
  }

  async write(writer: PageWriter, { snapshot }: Collection): Promise<void> {
    this.#writeCounts(writer, snapshot);
    await this.#writeKind(writer, 'producer', PRODUCER_FIELDS, snapshot.all('producer'));
    await this.#writeKind(writer, 'consumer', FIELDS, snapshot.all('consumer'));
  }

  #writeCounts(writer: PageWriter, snapshot: GraphSnapshot): void {
    const workers = snapshot.all('worker');
    const active = workers.filter(({ key }) => snapshot.children(key, 'router').length > 0).length;
    const counts: Readonly<Record<string, number>> = {
      mediasoup_processes_num: workers.length + 1,
      mediasoup_workers_active_num: active,
      mediasoup_workers_idle_num: workers.length - active,
      mediasoup_workers_total_num: workers.length,
      mediasoup_routers_num: snapshot.count('router'),
      mediasoup_producers_num: snapshot.count('producer'),
      mediasoup_consumers_num: snapshot.count('consumer'),
    };
    for (const [name, count] of Object.entries(counts)) {
      writer.family(name, 'gauge', name);
      writer.lines(`${name} ${count}\n`, 1);
    }
  }

  async #writeKind(
    writer: PageWriter,
    kind: Node['kind'],
    fields: readonly (readonly [SharedField, string])[],
    all: readonly Node[],
  ): Promise<void> {
    const nodes = all.slice(0, this.#maxEntities);
    const labels = nodes.map((node) => labelsOf(node));
    for (const [field, ending] of fields) {
      const name = `mediasoup_${kind}s_${ending}`;
      writer.family(name, 'gauge', name);
      for (const [i, node] of nodes.entries()) {
        const value = this.#stats.value(node as NodeOf<'consumer'>, field);
        const text = numberText(inTheirUnit(node, field, value));
        if (!Number.isNaN(value)) writer.lines(`${name}{${labels[i]}} ${text}\n`, 1);
        if (writer.isDue) await writer.pause();
      }
    }
  }
}

/** Told there as mediasoup does: jitter in ticks of the codec's clock, loss in parts of 256. */
export function inTheirUnit(node: Node, field: string, value: number): number {
  if (field === 'fractionLost') return Math.round(value * 256);
  return field === 'jitter' && node.clockRate !== null ? Math.round((value / 1_000) * node.clockRate) : value;
}

/** What `identify` tells in `labels` stands for the application's appData, which is there copied whole. */
function labelsOf(node: Node): string {
  const own = Object.entries(node.labels)
    .filter(([name]) => LABEL_NAME.test(name) && !OWN_LABELS.has(name))
    .slice(0, MOST_LABELS);
  const id = node.kind === 'producer' ? 'producerId' : 'consumerId';
  const all = [
    ['kind', node.mediaKind],
    ['mimeType', node.mimeType ?? ''],
    ['type', node.kind === 'producer' ? 'inbound-rtp' : 'outbound-rtp'],
    [id, node.id],
    ...own,
  ] as const;
  return labelsText(
    all.map(([name]) => name),
    all.map(([, value]) => value),
  );
}
