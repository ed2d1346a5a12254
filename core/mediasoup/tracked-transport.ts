import type { CloseReason, DtlsState, IceState, SctpState, TransportType, Tuple } from '../model/entity.js';
import type { Reading } from '../source.js';
import type { AnswerKind, Decoders } from './fast-decode/answer-kind.js';
import type { Asked } from './fast-decode/fast-decode.js';
import { type Hook, onObserver } from './hook.js';
import { transportReading } from './normalize.js';
import type { RouterScope } from './router-scope.js';
import type {
  ConsumerShape,
  DataConsumerShape,
  DataProducerShape,
  ProducerShape,
  TraceShape,
  TransportShape,
  TransportStatShape,
  TupleShape,
  WebRtcServerShape,
} from './shapes.js';
import { traceOf } from './trace.js';
import { CLOSE, type Tracked } from './tracked.js';
import { TrackedConsumer } from './tracked-consumer.js';
import { TrackedDataConsumer } from './tracked-data-consumer.js';
import { TrackedDataProducer } from './tracked-data-producer.js';
import { TrackedInRouter } from './tracked-in-router.js';
import { TrackedProducer } from './tracked-producer.js';
import { transportTypeOf } from './transport-type.js';
import { sameTuple, tupleOf } from './tuple.js';

const isIceUp = (state: IceState | null): boolean => state === 'connected' || state === 'completed';

export class TrackedTransport extends TrackedInRouter<'transport', TransportShape> {
  /** The same for every type: what a type does not tell costs nothing to wait for. */
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onObserver('newproducer', (tracked: TrackedTransport, producer: ProducerShape) => tracked.#openProducer(producer)),
    onObserver('newconsumer', (tracked: TrackedTransport, consumer: ConsumerShape) => tracked.#openConsumer(consumer)),
    onObserver('newdataproducer', (tracked: TrackedTransport, shape: DataProducerShape) =>
      tracked.#openDataProducer(shape),
    ),
    onObserver('newdataconsumer', (tracked: TrackedTransport, shape: DataConsumerShape) =>
      tracked.#openDataConsumer(shape),
    ),
    onObserver('icestatechange', (tracked: TrackedTransport, to: IceState) => tracked.#onIceState(to)),
    onObserver('dtlsstatechange', (tracked: TrackedTransport, to: DtlsState) => tracked.#onDtlsState(to)),
    onObserver('sctpstatechange', (tracked: TrackedTransport, to: SctpState) => tracked.#onSctpState(to)),
    onObserver('iceselectedtuplechange', (tracked: TrackedTransport, tuple: TupleShape) => tracked.#onTuple(tuple)),
    onObserver('tuple', (tracked: TrackedTransport, tuple: TupleShape) => tracked.#onTuple(tuple)),
    onObserver('rtcptuple', (tracked: TrackedTransport, tuple: TupleShape) => tracked.#onRtcpTuple(tuple)),
  ];
  static readonly #TRACED: readonly Hook[] = [
    ...TrackedTransport.#HOOKS,
    onObserver('trace', (tracked: TrackedTransport, trace: TraceShape) => tracked.#onTrace(trace)),
  ];

  static #hooksIn({ attachment }: RouterScope): readonly Hook[] {
    return attachment.traces ? TrackedTransport.#TRACED : TrackedTransport.#HOOKS;
  }

  override readonly scope: RouterScope;
  readonly type: TransportType;
  readonly answerKind: AnswerKind;
  readonly #openedAt: number;
  readonly #foundLate: boolean;
  #server: Tracked<'webRtcServer', WebRtcServerShape> | null = null;
  #ice: IceState | null;
  #dtls: DtlsState | null;
  #sctp: SctpState | null;
  #tuple: Tuple | null;
  #rtcpTuple: Tuple | null;
  #iceConnectMs: number | null = null;
  #dtlsConnectMs: number | null = null;
  #connected: boolean;

  constructor(scope: RouterScope, router: Tracked<'router'>, transport: TransportShape, foundLate: boolean) {
    const type = transportTypeOf(transport);
    const state = {
      type,
      webRtcServer: null,
      iceState: (transport.iceState as IceState | undefined) ?? null,
      iceRole: (transport.iceRole as 'controlled' | 'controlling' | undefined) ?? null,
      dtlsState: (transport.dtlsState as DtlsState | undefined) ?? null,
      sctpState: (transport.sctpState as SctpState | undefined) ?? null,
      tuple: tupleOf(type === 'webrtc' ? transport.iceSelectedTuple : transport.tuple),
      rtcpTuple: tupleOf(transport.rtcpTuple),
      iceConnectMs: null,
      dtlsConnectMs: null,
      neverConnectedSince: null,
      idleSince: null,
      pipePeer: null,
    };
    super(
      scope,
      router,
      transport,
      'transport',
      { foundLate, state, event: { type } },
      TrackedTransport.#hooksIn(scope),
    );
    this.scope = scope;
    this.type = type;
    this.answerKind = type;
    this.#openedAt = scope.attachment.clock.monotonic();
    this.#foundLate = foundLate;
    this.#ice = state.iceState;
    this.#dtls = state.dtlsState;
    this.#sctp = state.sctpState;
    this.#tuple = state.tuple;
    this.#rtcpTuple = state.rtcpTuple;
    this.#connected = foundLate && this.#isConnected();
  }

  get kind(): 'transport' {
    return 'transport';
  }

  get hooks(): readonly Hook[] {
    return TrackedTransport.#hooksIn(this.scope);
  }

  assignServer(server: Tracked<'webRtcServer', WebRtcServerShape>): void {
    if (this.#server === server) return;
    this.#server = server;
    this.change(
      { webRtcServer: server.key },
      {
        type: 'transport.webRtcServerAssigned',
        data: { webRtcServer: { kind: 'webRtcServer', key: server.key, id: server.entity.id } },
      },
    );
  }

  override get answerable(): Asked {
    return this;
  }

  decode({ transport }: Decoders): Reading<'transport'> {
    const { reading, tuple, rtcpTuple } = transport.read(this.type);
    this.#onTuples(tuple, rtcpTuple);
    return reading;
  }

  override async read(): Promise<Reading<'transport'>> {
    const [stat] = (await this.entity.getStats()) as readonly TransportStatShape[];
    if (stat !== undefined) this.#onTuples(stat.tuple, stat.rtcpTuple);
    return transportReading(stat, this.attachment.traits);
  }

  /** `connect()` of plain and pipe transports sets the remote address without an event; the statistics show it. */
  #onTuples(tuple: TupleShape | null | undefined, rtcpTuple: TupleShape | null | undefined): void {
    if (this.type === 'webrtc' || this.entity.closed) return;
    if (tuple != null) this.#onTuple(tuple);
    if (rtcpTuple != null) this.#onRtcpTuple(rtcpTuple);
  }

  protected override ownReason(): CloseReason {
    return this.#server?.entity.closed === true ? 'webRtcServer' : 'api';
  }

  #openProducer(producer: ProducerShape): void {
    this.#refreshTuple();
    if (!producer.closed) new TrackedProducer(this.scope, this, producer);
  }

  #openConsumer(consumer: ConsumerShape): void {
    this.#refreshTuple();
    if (!consumer.closed) new TrackedConsumer(this.scope, this, consumer);
  }

  #openDataProducer(dataProducer: DataProducerShape): void {
    this.#refreshTuple();
    if (!dataProducer.closed) new TrackedDataProducer(this.scope, this, dataProducer);
  }

  #openDataConsumer(dataConsumer: DataConsumerShape): void {
    this.#refreshTuple();
    if (!dataConsumer.closed) new TrackedDataConsumer(this.scope, this, dataConsumer);
  }

  /** By the time something is made on a plain or pipe transport it is often connected; the getter clones, so only until then. */
  #refreshTuple(): void {
    if (this.#tuple === null || this.#tuple.remoteAddress !== null || this.type === 'webrtc') return;
    if (this.entity.tuple !== undefined) this.#onTuple(this.entity.tuple);
    if (this.entity.rtcpTuple !== undefined) this.#onRtcpTuple(this.entity.rtcpTuple);
  }

  #onIceState(to: IceState): void {
    const from = this.#ice;
    if (from === to) return;
    this.#ice = to;
    if (isIceUp(to)) this.#iceConnectMs ??= this.#sinceOpening();
    this.change(
      { iceState: to, iceConnectMs: this.#iceConnectMs },
      { type: 'transport.iceStateChanged', data: { from, to } },
    );
    this.#tellConnected();
  }

  #onDtlsState(to: DtlsState): void {
    const from = this.#dtls;
    if (from === to) return;
    this.#dtls = to;
    if (to === 'connected') this.#dtlsConnectMs ??= this.#sinceOpening();
    this.change(
      { dtlsState: to, dtlsConnectMs: this.#dtlsConnectMs },
      { type: 'transport.dtlsStateChanged', data: { from, to } },
    );
    this.#tellConnected();
  }

  #onSctpState(to: SctpState): void {
    const from = this.#sctp;
    if (from === to) return;
    this.#sctp = to;
    this.change({ sctpState: to }, { type: 'transport.sctpStateChanged', data: { from, to } });
  }

  #onTuple(shape: TupleShape): void {
    const tuple = tupleOf(shape);
    if (tuple === null || sameTuple(tuple, this.#tuple)) return;
    this.#tuple = tuple;
    this.change({ tuple }, { type: 'transport.tupleChanged', data: { tuple, rtcp: false } });
    this.#tellConnected();
  }

  #onRtcpTuple(shape: TupleShape): void {
    const tuple = tupleOf(shape);
    if (tuple === null || sameTuple(tuple, this.#rtcpTuple)) return;
    this.#rtcpTuple = tuple;
    this.change({ rtcpTuple: tuple }, { type: 'transport.tupleChanged', data: { tuple, rtcp: true } });
  }

  #onTrace(trace: TraceShape): void {
    this.emit({ type: 'transport.traced', data: traceOf(trace) });
  }

  #tellConnected(): void {
    if (this.#connected || !this.#isConnected()) return;
    this.#connected = true;
    const data = { iceConnectMs: this.#iceConnectMs, dtlsConnectMs: this.#dtlsConnectMs };
    // It may have been found never to have connected; that is over.
    this.change({ neverConnectedSince: null }, { type: 'transport.connected', data });
  }

  #isConnected(): boolean {
    if (this.type === 'webrtc') return isIceUp(this.#ice) && this.#dtls === 'connected';
    return this.#tuple !== null && this.#tuple.remoteAddress !== null;
  }

  /** `null` for a transport found late: nobody knows when it was opened. */
  #sinceOpening(): number | null {
    return this.#foundLate ? null : Math.round(this.attachment.clock.monotonic() - this.#openedAt);
  }
}
