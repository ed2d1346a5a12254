import { SlottedRef } from '../graph/slotted-ref.js';
import type { EntityKey, EntityRef, TransportNode } from '../model/entity.js';
import { Flows } from './flows.js';
import type { LivenessOptions } from './options.js';
import type { Moment, Witness } from './witness.js';

/**
 * Whether each open transport connects and, once connected, still receives. Only a transport that has received before can be idle:
 * WebRTC always receives (STUN, RTCP), a plain or pipe transport which only sends may rightly never do. That a transport has
 * connected after all is the source's to tell, with `transport.connected`.
 */
export class TransportWatches {
  readonly #witness: Witness;
  readonly #options: LivenessOptions;
  readonly #flows = new Flows();
  /** Those of which it may yet turn out that they never connect. */
  readonly #undecided = new Set<EntityKey>();
  /** By slot: monotonic ms since when it is connected, as far as was seen; `NaN` while it is not. */
  #connectedAt = new Float64Array(0);
  /** Monotonic ms since when those that are idle are. */
  readonly #idledAt = new Map<EntityKey, number>();

  constructor(witness: Witness, options: LivenessOptions) {
    this.#witness = witness;
    this.#options = options;
  }

  /** Those that may be found by time alone never to have connected. */
  get inDoubt(): Iterable<EntityKey> {
    return this.#undecided;
  }

  open(node: TransportNode, now: number): void {
    if (this.#flows.has(node)) return;
    this.#flows.open(node, now);
    if (this.#connectedAt.length < this.#flows.capacity) this.#enlarge();
    this.#connectedAt[node.slot] = Number.NaN;
    this.#undecided.add(node.key);
    this.judge(node);
  }

  close(ref: EntityRef): void {
    const slot = SlottedRef.slotOf(ref);
    if (slot !== null) this.#flows.close(slot);
    this.#undecided.delete(ref.key);
    this.#idledAt.delete(ref.key);
  }

  /** Monotonic ms since when it is connected; `NaN` while it is not. */
  connectedAt(node: TransportNode): number {
    return this.#flows.has(node) ? this.#connectedAt[node.slot]! : Number.NaN;
  }

  sample(node: TransportNode, bytesReceived: number, now: Moment): void {
    if (!this.#flows.has(node)) return;
    const at = this.#witness.sampledAt(node, now);
    if (at === null) return;
    this.#flows.sample(node.slot, bytesReceived, at);
    this.judge(node);
  }

  judge(node: TransportNode): void {
    if (!this.#flows.has(node)) return;
    const { slot } = node;
    const now = this.#witness.clock.monotonic();
    const connected = isConnected(node);
    if (!connected) this.#connectedAt[slot] = Number.NaN;
    else if (Number.isNaN(this.#connectedAt[slot])) this.#connectedAt[slot] = now;
    if (connected || node.dtlsState === 'connected' || node.dtlsConnectMs !== null) this.#undecided.delete(node.key);
    if (this.#witness.hangs(node)) return;
    this.#judgeConnection(node, now);
    this.#judgeSilence(node);
  }

  #judgeConnection(node: TransportNode, now: number): void {
    const afterMs = now - this.#flows.openedAt(node.slot);
    if (!this.#undecided.has(node.key) || afterMs <= this.#options.neverConnectedAfterMs) return;
    // Told once.
    this.#undecided.delete(node.key);
    if (node.neverConnectedSince !== null) return;
    const { clock, graph } = this.#witness;
    const event = { type: 'transport.neverConnected', data: { afterMs } } as const;
    graph.change('transport', node.key, { neverConnectedSince: clock.now() }, event);
  }

  #judgeSilence(node: TransportNode): void {
    const { clock, graph } = this.#witness;
    const { key, slot } = node;
    const flows = this.#flows;
    if (node.idleSince !== null) {
      if (!flows.isMoving(slot)) return;
      const idleMs = Math.round(clock.monotonic() - (this.#idledAt.get(key) ?? 0));
      this.#idledAt.delete(key);
      graph.change('transport', key, { idleSince: null }, { type: 'transport.resumed', data: { idleMs } });
      return;
    }
    if (!flows.isFlat(slot) || !flows.hasStarted(slot) || node.type === 'direct') return;
    const connectedAt = this.#connectedAt[slot]!;
    if (Number.isNaN(connectedAt)) return;
    const since = Math.max(flows.silentSince(slot), connectedAt, this.#witness.excusedUntil(node));
    const idleMs = flows.sampledAt(slot) - since;
    if (idleMs <= this.#options.idleAfterMs) return;
    this.#idledAt.set(key, since);
    const idleSince = this.#witness.ago(clock.monotonic() - since);
    graph.change('transport', key, { idleSince }, { type: 'transport.idled', data: { idleMs } });
  }

  #enlarge(): void {
    const known = this.#connectedAt;
    this.#connectedAt = new Float64Array(this.#flows.capacity);
    this.#connectedAt.set(known);
  }
}

/** Whether media can pass: ICE and DTLS are up, or the remote address is known. */
function isConnected(node: TransportNode): boolean {
  switch (node.type) {
    case 'direct':
      return true;
    case 'webrtc':
      return node.dtlsState === 'connected' && (node.iceState === 'connected' || node.iceState === 'completed');
    case 'plain':
    case 'pipe':
      return node.tuple !== null && node.tuple.remoteAddress !== null;
  }
}
