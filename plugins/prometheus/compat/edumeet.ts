import type {
  ConsumerNode,
  GraphSnapshot,
  NodeOf,
  ProducerNode,
  StatsReader,
  TransportNode,
} from '../../../core/index.js';
import type { Collection } from '../collect/collector.js';
import type { PageWriter } from '../expose/page-writer.js';
import type { PrometheusOptions } from '../options.js';
import { labelsText, numberText } from '../series/text.js';
import { maskedAddress } from './masked-address.js';

type Node = ProducerNode | ConsumerNode;

const METRICS = [
  ['byteCount', 'byte_count_bytes', 'counter'],
  ['score', 'score', 'gauge'],
] as const;

/** The page of edumeet's own exporter: rooms, peers, and two series per producer and consumer. */
export class EdumeetPage {
  readonly #options: PrometheusOptions['compatibility'];
  readonly #stats: StatsReader;

  constructor(options: PrometheusOptions['compatibility'], stats: StatsReader) {
    this.#options = options;
    this.#stats = stats;
  }

  async write(writer: PageWriter, { snapshot }: Collection): Promise<void> {
    const rooms = snapshot.rooms();
    writer.family('edumeet_rooms', 'gauge', 'Rooms.');
    writer.lines(`edumeet_rooms ${rooms.length}\n`, 1);
    writer.family('edumeet_peers', 'gauge', 'Peers of a room.');
    for (const { room, peers } of rooms.slice(0, this.#options.maxEntities)) {
      writer.lines(`edumeet_peers{${labelsText(['room_id'], [room])}} ${peers.length}\n`, 1);
      if (writer.isDue) await writer.pause();
    }
    await this.#writeKind(writer, 'consumer', snapshot);
    await this.#writeKind(writer, 'producer', snapshot);
  }

  async #writeKind(writer: PageWriter, kind: 'producer' | 'consumer', snapshot: GraphSnapshot): Promise<void> {
    // Pipes are left out, as there.
    const nodes = snapshot
      .all(kind)
      .filter((node) => snapshot.find('transport', node.parent)?.type !== 'pipe')
      .slice(0, this.#options.maxEntities);
    const labels = nodes.map((node) => this.#labelsOf(node, snapshot));
    for (const [field, ending, type] of METRICS) {
      const name = `mediasoup_${kind}_${ending}`;
      writer.family(name, type, `${kind}.${field}`);
      for (const [i, node] of nodes.entries()) {
        const value = this.#stats.value(node as NodeOf<'consumer'>, field);
        // A counter keeps its name there in both formats, and so it does here.
        if (!Number.isNaN(value)) writer.lines(`${name}{${labels[i]}} ${numberText(value)}\n`, 1);
        if (writer.isDue) await writer.pause();
      }
    }
  }

  #labelsOf(node: Node, snapshot: GraphSnapshot): string {
    const { quiet } = this.#options.edumeet;
    const transport = snapshot.find('transport', node.parent);
    const worker = snapshot.find('worker', node.worker);
    const all: readonly (readonly [string, string])[] = [
      ['pid', `${worker?.pid ?? ''}`],
      ['room_id', node.room ?? ''],
      ['peer_id', node.peer ?? ''],
      ...(quiet
        ? []
        : ([
            ['display_name', node.labels.display_name ?? ''],
            ['user_agent', node.labels.user_agent ?? ''],
            ['transport_id', transport?.id ?? ''],
            ['proto', transport?.tuple?.protocol ?? ''],
            ['local_addr', this.#address(transport, 'local')],
            ['remote_addr', this.#address(transport, 'remote')],
          ] as const)),
      ['id', node.id],
      ['kind', node.mediaKind],
      ['codec', node.mimeType?.split('/')[1] ?? ''],
      ['type', node.kind === 'producer' ? 'inbound-rtp' : 'outbound-rtp'],
    ];
    return labelsText(
      all.map(([name]) => name),
      all.map(([, value]) => value),
    );
  }

  #address(transport: TransportNode | undefined, end: 'local' | 'remote'): string {
    const address = transport?.tuple?.[`${end}Address`] ?? null;
    if (address === null) return '';
    return `${this.#options.edumeet.deidentify ? maskedAddress(address) : address}:${transport?.tuple?.[`${end}Port`]}`;
  }
}
