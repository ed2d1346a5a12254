import type { TransportNode } from '../model/entity.js';
import { Flow } from './flow.js';
import type { LivenessOptions } from './options.js';
import type { Witness } from './witness.js';

/**
 * Whether one transport connects and, once connected, still receives. Only a transport that has received before can be idle:
 * WebRTC always receives (STUN, RTCP), a plain or pipe transport which only sends may rightly never do. That a transport has
 * connected after all is the source's to tell, with `transport.connected`.
 */
export class TransportWatch {
  readonly #witness: Witness;
  readonly #options: LivenessOptions;
  readonly #openedAt: number;
  readonly #flow: Flow;
  /** Monotonic ms since when it is connected, as far as was seen; `null` while it is not. */
  #connectedAt: number | null = null;
  #everConnected = false;
  /** Monotonic ms since when it is idle, while it is. */
  #idledAt = 0;

  constructor(node: TransportNode, witness: Witness, options: LivenessOptions) {
    this.#witness = witness;
    this.#options = options;
    this.#openedAt = witness.clock.monotonic();
    this.#flow = new Flow(this.#openedAt);
    this.judge(node);
  }

  get connectedAt(): number | null {
    return this.#connectedAt;
  }

  /** Whether it may yet turn out that it never connects. */
  get undecided(): boolean {
    return !this.#everConnected;
  }

  sample(node: TransportNode, bytesReceived: number): void {
    const at = this.#witness.sampledAt(node);
    if (at === null) return;
    this.#flow.sample(bytesReceived, at);
    this.judge(node);
  }

  judge(node: TransportNode): void {
    const now = this.#witness.clock.monotonic();
    if (isConnected(node)) this.#connectedAt ??= now;
    else this.#connectedAt = null;
    this.#everConnected ||= this.#connectedAt !== null || node.dtlsState === 'connected' || node.dtlsConnectMs !== null;
    if (this.#witness.hangs(node)) return;
    this.#judgeConnection(node, now);
    this.#judgeSilence(node);
  }

  #judgeConnection(node: TransportNode, now: number): void {
    const afterMs = now - this.#openedAt;
    if (this.#everConnected || node.neverConnectedSince !== null) return;
    if (afterMs <= this.#options.neverConnectedAfterMs) return;
    const { clock, graph } = this.#witness;
    const event = { type: 'transport.neverConnected', data: { afterMs } } as const;
    graph.change('transport', node.key, { neverConnectedSince: clock.now() }, event);
  }

  #judgeSilence(node: TransportNode): void {
    const { clock, graph } = this.#witness;
    if (node.idleSince !== null) {
      if (!this.#flow.moving) return;
      const idleMs = Math.round(clock.monotonic() - this.#idledAt);
      graph.change('transport', node.key, { idleSince: null }, { type: 'transport.resumed', data: { idleMs } });
      return;
    }
    if (this.#connectedAt === null || node.type === 'direct' || !this.#flow.started || !this.#flow.flat) return;
    const since = Math.max(this.#flow.silentSince, this.#connectedAt, this.#witness.excusedUntil(node));
    const idleMs = this.#flow.sampledAt - since;
    if (idleMs <= this.#options.idleAfterMs) return;
    this.#idledAt = since;
    const idleSince = this.#witness.ago(clock.monotonic() - since);
    graph.change('transport', node.key, { idleSince }, { type: 'transport.idled', data: { idleMs } });
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
