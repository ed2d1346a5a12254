import { Gauge, Registry } from 'prom-client';
import type { Clock, ConsumerNode } from '../../../core/index.js';
import { BY_ID } from '../../../plugins/prometheus/by-id/metrics.js';
import { labelsText } from '../../../plugins/prometheus/series/text.js';
import { Scene } from './scene.js';

/** Series of one consumer. */
export const SERIES_EACH = 8;
/** What is copied at a time where prepared bytes are sent. */
const PIECE = 65_536;

/** One way of making a page. */
export interface Mode {
  /** Makes all values new ones; not measured. */
  prepare(): Promise<void>;
  /** Makes the page that is asked for. */
  answer(request: Request): Promise<Response>;
}

const METRICS = Object.entries(BY_ID).filter(([, { kind }]) => kind === 'consumer');

/** A fifth: so many consumers' values change between two pages; the others stand still. */
export async function ownMode(
  consumers: number,
  flags: { byId: boolean; everyNth: number; churn: number; calm: boolean },
  clock: Clock,
): Promise<Mode> {
  const byId = { consumers: flags.byId, maxSeries: Math.min(200_000, consumers * SERIES_EACH) };
  const scene = await new Scene(consumers, { byId }, clock).start();
  scene.source.everyNth = flags.everyNth;
  scene.source.calm = flags.calm;
  return {
    async prepare() {
      if (flags.churn > 0) scene.churn(flags.churn);
      await scene.sweep();
    },
    answer: (request) => scene.answer(request),
  };
}

/** The consumers and values that the floors write. */
async function valuesOf(
  consumers: number,
): Promise<{ nodes: readonly ConsumerNode[]; next: () => Promise<Float64Array[]> }> {
  const scene = await new Scene(consumers, {}).start();
  const nodes = scene.kit.graph.snapshot().all('consumer');
  return {
    nodes,
    async next() {
      await scene.sweep();
      return METRICS.map(([, { field, number }]) =>
        Float64Array.from(nodes, (node) => Number(number.text(scene.sampler.value(node, field)))),
      );
    },
  };
}

function labelsOf(node: ConsumerNode): Record<string, string> {
  return { id: node.id, router: node.router ?? '', worker: '0', kind: node.mediaKind, codec: 'vp8' };
}

/** The same series in prom-client, filled at the scrape. */
export async function promClientMode(consumers: number): Promise<Mode> {
  const { nodes, next } = await valuesOf(consumers);
  const registry = new Registry();
  const labelNames = ['id', 'router', 'worker', 'kind', 'codec'];
  const gauges = METRICS.map(([name, { help }]) => new Gauge({ name, help, labelNames, registers: [registry] }));
  const labels = nodes.map(labelsOf);
  let values = await next();
  return {
    async prepare() {
      values = await next();
    },
    async answer() {
      for (const [m, gauge] of gauges.entries()) {
        gauge.reset();
        for (let i = 0; i < labels.length; i++) gauge.set(labels[i]!, values[m]![i]!);
      }
      return new Response(await registry.metrics());
    },
  };
}

/** The least that rendering can be: bytes of labels that are there, whole numbers, and one buffer that is used again. */
export async function tightMode(consumers: number): Promise<Mode> {
  const { nodes, next } = await valuesOf(consumers);
  const heads = METRICS.map(([name]) =>
    nodes.map((node) => {
      const labels = labelsOf(node);
      return Buffer.from(`${name}{${labelsText(Object.keys(labels), Object.values(labels))}} `);
    }),
  );
  const page = Buffer.allocUnsafeSlow(heads.flat().reduce((sum, head) => sum + head.length + 12, 0));
  let values: Float64Array[] = (await next()).map((column) => column.map(Math.floor));
  return {
    async prepare() {
      values = (await next()).map((column) => column.map(Math.floor));
    },
    async answer() {
      let end = 0;
      for (let m = 0; m < heads.length; m++) {
        for (let i = 0; i < nodes.length; i++) {
          const head = heads[m]![i]!;
          page.set(head, end);
          end = writeWhole(values[m]![i]!, page, end + head.length);
          page[end++] = 10;
        }
      }
      return new Response(null, { headers: { 'content-length': `${end}` } });
    },
  };
}

/** Copies of as many bytes as are there already. */
export async function copyMode(bytes: number): Promise<Mode> {
  const prepared = Array.from({ length: Math.ceil(bytes / PIECE) }, () => Buffer.alloc(PIECE, 'mediasoup_by_id 1\n'));
  return {
    prepare: async () => {},
    async answer() {
      const pieces = prepared.values();
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const { value, done } = pieces.next();
          if (done === true) controller.close();
          else controller.enqueue(new Uint8Array(value));
        },
      });
      return new Response(body);
    },
  };
}

function writeWhole(value: number, bytes: Buffer, at: number): number {
  let end = at + 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) end++;
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const tenth = Math.floor(rest / 10);
    bytes[i] = 48 + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}
