import type {
  ConsumerNode,
  EntityNode,
  GraphSnapshot,
  MediaKind,
  PeerEntry,
  ProducerNode,
  StatsReader,
  TransportNode,
} from '../../core/index.js';
import { known } from '../known.js';
import { isConnected, isIceUp } from './connected.js';
import { lossOf } from './numbers.js';
import { count, percent } from './room-quality.js';
import { THRESHOLDS } from './thresholds.js';
import { isWithoutLayers } from './viewer-layers.js';
import { isConsumed, originOf, viewersOf } from './viewers.js';

/** In order of what is to be looked at first: a cause further up explains those further down. */
const CAUSES = [
  'workerHung',
  'noTransport',
  'iceFailed',
  'dtlsFailed',
  'transportNotConnected',
  'transportIdle',
  'noProducer',
  'producerPaused',
  'producerStalled',
  'producerPoor',
  'nobodyConsumes',
  'viewersStarved',
  'sourcePaused',
  'sourceStalled',
  'consumerPaused',
  'noLayers',
  'consumerStarved',
  'bandwidthLimited',
  'consumerPoor',
] as const;
export type Cause = (typeof CAUSES)[number];

export interface Finding {
  readonly cause: Cause;
  /** Whether it keeps others from seeing the peer, the peer from seeing others, or both. */
  readonly side: 'publishing' | 'receiving' | 'both';
  /** `error`: nothing flows; `warning`: it flows badly; `info`: somebody wants it so. */
  readonly severity: 'error' | 'warning' | 'info';
  readonly explanation: string;
  readonly entity: EntityNode | null;
  /** Wall time in ms of the onset, where it is known. */
  readonly since: number | null;
}

export interface Diagnosis {
  readonly summary: string;
  readonly findings: readonly Finding[];
}

/**
 * Why media of a peer does not arrive: walks the way from its worker over its transports to what it publishes and what
 * it receives, and says at every step what would stop it.
 */
export function diagnosePeer(
  snapshot: GraphSnapshot,
  stats: StatsReader,
  peer: PeerEntry,
  mediaKind: MediaKind | null,
): Diagnosis {
  const findings = new Examination(snapshot, stats, peer, mediaKind).findings();
  findings.sort((a, b) => rank(a) - rank(b));
  const first = findings[0];
  const what = mediaKind ?? 'media';
  return { summary: first?.explanation ?? `Nothing keeps the ${what} of this peer from flowing.`, findings };
}

/** What somebody wants so explains less than what is broken. */
function rank({ cause, severity }: Finding): number {
  const order = severity === 'error' ? 0 : severity === 'warning' ? 1 : 2;
  return order * CAUSES.length + CAUSES.indexOf(cause);
}

class Examination {
  readonly #snapshot: GraphSnapshot;
  readonly #stats: StatsReader;
  readonly #mediaKind: MediaKind | null;
  readonly #nodes: readonly EntityNode[];
  readonly #found: Finding[] = [];

  constructor(snapshot: GraphSnapshot, stats: StatsReader, peer: PeerEntry, mediaKind: MediaKind | null) {
    this.#snapshot = snapshot;
    this.#stats = stats;
    this.#mediaKind = mediaKind;
    this.#nodes = peer.entities.flatMap((key) => snapshot.get(key) ?? []);
  }

  findings(): Finding[] {
    this.#workers();
    this.#transports();
    const producers = this.#nodes.filter((node) => node.kind === 'producer').filter((node) => this.#wanted(node));
    const consumers = this.#nodes.filter((node) => node.kind === 'consumer').filter((node) => this.#wanted(node));
    if (producers.length === 0) {
      const what = this.#mediaKind ?? 'media';
      this.#add('noProducer', 'publishing', 'info', `The peer publishes no ${what}.`, null);
    }
    for (const producer of producers) this.#producer(producer);
    for (const consumer of consumers) this.#consumer(consumer);
    return this.#found;
  }

  #add(
    cause: Cause,
    side: Finding['side'],
    severity: Finding['severity'],
    explanation: string,
    entity: EntityNode | null,
    since: number | null = null,
  ): void {
    this.#found.push({ cause, side, severity, explanation, entity, since });
  }

  #wanted(node: ProducerNode | ConsumerNode): boolean {
    return this.#mediaKind === null || node.mediaKind === this.#mediaKind;
  }

  #workers(): void {
    for (const key of new Set(this.#nodes.map((node) => node.worker))) {
      const worker = this.#snapshot.find('worker', key);
      if (worker === undefined || worker.hungSince === null) continue;
      const text = `Worker ${worker.key} (pid ${worker.pid}) has stopped answering; nothing in it can be trusted to flow.`;
      this.#add('workerHung', 'both', 'error', text, worker, worker.hungSince);
    }
  }

  #transports(): void {
    const transports = this.#nodes.filter((node) => node.kind === 'transport');
    if (transports.length === 0) {
      this.#add('noTransport', 'both', 'error', 'The peer has no transport, so it can neither send nor receive.', null);
    }
    for (const transport of transports) this.#transport(transport);
  }

  #transport(node: TransportNode): void {
    const side = this.#sideOf(node);
    const name = `Transport ${node.id}`;
    const since = node.neverConnectedSince;
    if (node.iceState === 'disconnected') {
      this.#add('iceFailed', side, 'error', `${name} lost its path: ICE is disconnected.`, node);
    } else if (node.dtlsState === 'failed') {
      this.#add('dtlsFailed', side, 'error', `${name} exchanged no keys: the DTLS handshake failed.`, node);
    } else if (!isConnected(node)) {
      const severity = since === null ? 'warning' : 'error';
      this.#add('transportNotConnected', side, severity, `${name} is not connected: ${missing(node)}.`, node, since);
    } else if (node.idleSince !== null) {
      const text = `${name} is connected and receives nothing.`;
      this.#add('transportIdle', side, 'warning', text, node, node.idleSince);
    }
  }

  /** A transport is often used in one direction only; before it is used, it could be either. */
  #sideOf(node: TransportNode): Finding['side'] {
    const sends = this.#snapshot.children(node.key, 'consumer').length > 0;
    const receives = this.#snapshot.children(node.key, 'producer').length > 0;
    if (sends === receives) return 'both';
    return sends ? 'receiving' : 'publishing';
  }

  #producer(node: ProducerNode): void {
    const name = `${node.mediaKind} producer ${node.id}`;
    const add = (cause: Cause, severity: Finding['severity'], text: string, since: number | null = null): void =>
      this.#add(cause, 'publishing', severity, text, node, since);
    if (node.paused) {
      add('producerPaused', 'info', `Its ${name} is paused: muted, or the camera is off.`);
      return;
    }
    if (isSilent(node)) {
      add('producerStalled', 'error', `Its ${name} is not paused and nothing of it arrives.`, node.stalledSince);
      return;
    }
    const poor = this.#poor(node);
    if (poor !== null) add('producerPoor', 'warning', `Its ${name} arrives badly: ${poor}.`);
    const viewers = viewersOf(this.#snapshot, node);
    if (!isConsumed(this.#snapshot, node)) {
      add('nobodyConsumes', 'info', `Its ${name} has no consumer: nobody asked for it.`);
      return;
    }
    const starved = viewers.filter((viewer) => viewer.starvedSince !== null || isDark(viewer));
    if (starved.length > 0) {
      const share = `${starved.length} of ${count(viewers.length, 'viewer', 'viewers')}`;
      add('viewersStarved', 'error', `${share} of its ${name} get nothing of it.`, earliest(starved));
    }
  }

  #consumer(node: ConsumerNode): void {
    if (node.type === 'pipe') return;
    const producer = this.#snapshot.find('producer', node.producer);
    const source = producer === undefined ? undefined : originOf(this.#snapshot, producer);
    const whose = source?.peer == null ? `producer ${source?.id ?? 'unknown'}` : `peer ${source.peer}`;
    const name = `Its ${node.mediaKind} consumer ${node.id} of ${whose}`;
    const add = (cause: Cause, severity: Finding['severity'], why: string, since: number | null = null): void =>
      this.#add(cause, 'receiving', severity, `${name} ${why}`, node, since);
    if (node.paused) {
      add('consumerPaused', 'info', 'is paused by the application.');
    } else if (node.producerPaused) {
      add('sourcePaused', 'info', 'has nothing to forward: its producer is paused.');
    } else if (source !== undefined && isSilent(source)) {
      add('sourceStalled', 'error', 'has nothing to forward: nothing of its producer arrives.', source.stalledSince);
    } else if (isDark(node)) {
      const limit = this.#bandwidth(node);
      add('noLayers', 'error', `forwards no layer${limit === null ? '' : `; ${limit}`}.`, node.starvedSince);
    } else if (node.starvedSince !== null) {
      add('consumerStarved', 'error', 'forwards nothing, though its producer flows.', node.starvedSince);
    } else {
      this.#forwarding(node, add);
    }
  }

  /** It forwards something: how well? */
  #forwarding(node: ConsumerNode, add: (cause: Cause, severity: 'warning', why: string) => void): void {
    const { currentLayers: current, preferredLayers: preferred } = node;
    if (current !== null && preferred !== null && current.spatialLayer < preferred.spatialLayer) {
      const limit = this.#bandwidth(node);
      if (limit !== null) {
        add(
          'bandwidthLimited',
          'warning',
          `gets layer ${current.spatialLayer} of ${preferred.spatialLayer}; ${limit}.`,
        );
      }
    }
    const poor = this.#poor(node);
    if (poor !== null) add('consumerPoor', 'warning', `is forwarded badly: ${poor}.`);
  }

  /** The estimate of the bandwidth towards the endpoint, as part of a sentence. */
  #bandwidth(node: ConsumerNode): string | null {
    const transport = this.#snapshot.find('transport', node.parent);
    if (transport === undefined) return null;
    const available = known(this.#stats.value<'transport'>(transport, 'availableOutgoingBitrate'));
    if (available === null) return null;
    return `the bandwidth towards the peer is estimated at ${Math.round(available / 1000)} kbit/s`;
  }

  #poor(node: ProducerNode | ConsumerNode): string | null {
    const loss = lossOf(this.#stats, node);
    if (loss !== null && loss >= THRESHOLDS.poorLoss) return `${percent(loss)} of the packets are lost`;
    if (node.score !== null && node.score < THRESHOLDS.poorScore) return `its score is ${node.score} of 10`;
    return null;
  }
}

function missing(node: TransportNode): string {
  if (node.type !== 'webrtc') return 'the remote address is unknown, as nothing came from it yet';
  if (!isIceUp(node)) return `ICE is ${node.iceState ?? 'unknown'}, so no path to the endpoint was found`;
  return `ICE is up, but DTLS is ${node.dtlsState ?? 'unknown'}`;
}

/**
 * Not paused, and nothing comes: found to be stalled, or its score says that no RTP comes before the threshold has
 * passed.
 */
function isSilent(node: ProducerNode): boolean {
  return node.stalledSince !== null || (!node.paused && node.score === 0);
}

/** Unpaused simulcast or SVC that forwards no layer: a black picture. */
function isDark(node: ConsumerNode): boolean {
  return !node.paused && !node.producerPaused && isWithoutLayers(node);
}

function earliest(consumers: readonly ConsumerNode[]): number | null {
  const known = consumers.flatMap(({ starvedSince }) => starvedSince ?? []);
  return known.length === 0 ? null : Math.min(...known);
}
