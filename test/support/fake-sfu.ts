import { randomUUID } from 'node:crypto';
import type {
  ResourceUsageShape,
  RouterShape,
  RtpObserverShape,
  TransportShape,
  TupleShape,
  WebRtcServerShape,
  WorkerShape,
} from '../../core/mediasoup/shapes.js';
import { FakeChannel } from './fake-channel.js';
import { FakeEmitter } from './fake-emitter.js';
import {
  FakeConsumer,
  FakeDataConsumer,
  FakeDataProducer,
  type FakeEndpoint,
  type FakeOptions,
  FakeProducer,
} from './fake-endpoints.js';
import { type FakeTransportStat, fakeTransportStat, fakeUsage } from './fake-stats.js';

export { FakeConsumer, FakeDataConsumer, FakeDataProducer, FakeProducer } from './fake-endpoints.js';
export { fakeRtpStat } from './fake-stats.js';

let nextPid = 100_001;
let nextPort = 40_000;

/**
 * A mediasoup made of nothing but emitters and numbers: every path and every version's shape can be produced at will, thousands
 * of entities cost nothing. Hand it in as the module. What needs proof against the real thing is tested with the real thing.
 */
export class FakeSfu {
  readonly observer = new FakeEmitter();
  version = '3.27.1';

  createWorker(options: FakeOptions = {}): FakeWorker {
    const worker = new FakeWorker(options);
    this.observer.safeEmit('newworker', worker);
    return worker;
  }
}

abstract class FakeEntity extends FakeEmitter {
  readonly observer = new FakeEmitter();
  readonly id: string;
  appData: Record<string, unknown>;
  closed = false;

  constructor({ id = randomUUID(), appData = {} }: FakeOptions) {
    super();
    this.id = id;
    this.appData = appData;
  }

  protected abstract readonly channel: FakeChannel;

  dump(): Promise<unknown> {
    return this.channel.request(() => ({ id: this.id }));
  }
}

export class FakeWorker extends FakeEntity implements WorkerShape {
  readonly pid = nextPid++;
  died = false;
  /** Its answers to every request of every entity in it: `hang()`, `recover()`, `reject(error)`, `pending`, `requests`. */
  readonly channel = new FakeChannel();
  usage = fakeUsage();
  readonly routersForTesting = new Set<FakeRouter>();
  readonly webRtcServersForTesting = new Set<FakeWebRtcServer>();

  createRouter(options: FakeOptions = {}): FakeRouter {
    const router = new FakeRouter(this, options);
    this.routersForTesting.add(router);
    this.observer.safeEmit('newrouter', router);
    return router;
  }

  createWebRtcServer(options: FakeOptions = {}): FakeWebRtcServer {
    const server = new FakeWebRtcServer(this, options);
    this.webRtcServersForTesting.add(server);
    this.observer.safeEmit('newwebrtcserver', server);
    return server;
  }

  getResourceUsage(): Promise<ResourceUsageShape> {
    return this.channel.request(() => ({ ...this.usage }));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#closeAll();
    this.channel.close();
    this.observer.safeEmit('close');
  }

  /** The process ends by itself: by a signal, or with an exit code when `signal` is a number. */
  die(signal: string | number = 'SIGKILL'): void {
    if (this.closed) return;
    this.closed = true;
    this.died = true;
    this.channel.close();
    this.#closeAll();
    const [code, name] = typeof signal === 'number' ? [signal, null] : [null, signal];
    this.safeEmit('died', new Error(`[pid:${this.pid}, code:${code}, signal:${name}]`));
    this.safeEmit('subprocessclose');
    this.observer.safeEmit('close');
  }

  #closeAll(): void {
    for (const router of this.routersForTesting) router.workerClosed();
    this.routersForTesting.clear();
    for (const server of this.webRtcServersForTesting) server.workerClosed();
    this.webRtcServersForTesting.clear();
  }
}

export class FakeWebRtcServer extends FakeEntity implements WebRtcServerShape {
  protected readonly channel: FakeChannel;
  readonly webRtcTransportsForTesting = new Map<string, FakeTransport>();
  readonly #worker: FakeWorker;

  constructor(worker: FakeWorker, options: FakeOptions) {
    super(options);
    this.#worker = worker;
    this.channel = worker.channel;
  }

  handle(transport: FakeTransport): void {
    this.webRtcTransportsForTesting.set(transport.id, transport);
    this.observer.safeEmit('webrtctransporthandled', transport);
    transport.on('@close', () => {
      this.webRtcTransportsForTesting.delete(transport.id);
      this.observer.safeEmit('webrtctransportunhandled', transport);
    });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const transport of this.webRtcTransportsForTesting.values()) {
      transport.listenServerClosed();
      this.observer.safeEmit('webrtctransportunhandled', transport);
    }
    this.webRtcTransportsForTesting.clear();
    this.#worker.webRtcServersForTesting.delete(this);
    this.observer.safeEmit('close');
  }

  workerClosed(): void {
    if (this.closed) return;
    this.closed = true;
    this.webRtcTransportsForTesting.clear();
    this.safeEmit('workerclose');
    this.observer.safeEmit('close');
  }
}

export interface FakeTransportOptions extends FakeOptions {
  readonly type?: 'webrtc' | 'plain' | 'pipe' | 'direct';
  readonly webRtcServer?: FakeWebRtcServer;
}

export class FakeRouter extends FakeEntity implements RouterShape {
  readonly channel: FakeChannel;
  readonly transportsForTesting = new Map<string, FakeTransport>();
  readonly #observers = new Set<FakeRtpObserver>();
  readonly #worker: FakeWorker;

  constructor(worker: FakeWorker, options: FakeOptions) {
    super(options);
    this.#worker = worker;
    this.channel = worker.channel;
  }

  createTransport(options: FakeTransportOptions = {}): FakeTransport {
    const transport = new FakeTransport(this, options);
    this.transportsForTesting.set(transport.id, transport);
    transport.on('@close', () => this.transportsForTesting.delete(transport.id));
    this.observer.safeEmit('newtransport', transport);
    options.webRtcServer?.handle(transport);
    return transport;
  }

  createRtpObserver(type: 'audiolevel' | 'activespeaker', options: FakeOptions = {}): FakeRtpObserver {
    const observer = new FakeRtpObserver(this, type, options);
    this.#observers.add(observer);
    observer.on('@close', () => this.#observers.delete(observer));
    this.observer.safeEmit('newrtpobserver', observer);
    return observer;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#closeAll();
    this.#worker.routersForTesting.delete(this);
    this.observer.safeEmit('close');
  }

  workerClosed(): void {
    if (this.closed) return;
    this.closed = true;
    this.#closeAll();
    this.safeEmit('workerclose');
    this.observer.safeEmit('close');
  }

  #closeAll(): void {
    for (const transport of this.transportsForTesting.values()) transport.routerClosed();
    this.transportsForTesting.clear();
    for (const observer of this.#observers) observer.routerClosed();
    this.#observers.clear();
  }
}

export class FakeTransport extends FakeEntity implements TransportShape {
  protected readonly channel: FakeChannel;
  readonly type: string;
  iceState?: string;
  iceRole?: string;
  iceSelectedTuple?: TupleShape;
  dtlsState?: string;
  sctpState?: string;
  tuple?: TupleShape;
  rtcpTuple?: TupleShape;
  /** What the next `getStats` answers; change it in place. */
  stats: FakeTransportStat = fakeTransportStat();
  readonly #endpoints = new Set<FakeEndpoint>();

  constructor(router: FakeRouter, { type = 'webrtc', ...options }: FakeTransportOptions) {
    super(options);
    this.channel = router.channel;
    this.type = type;
    if (type === 'webrtc') {
      this.iceState = 'new';
      this.iceRole = 'controlled';
      this.dtlsState = 'new';
    } else if (type !== 'direct') {
      this.tuple = { localAddress: '127.0.0.1', localPort: nextPort++, protocol: 'udp' };
    }
  }

  produce(options: ConstructorParameters<typeof FakeProducer>[1] = {}): FakeProducer {
    return this.#add('newproducer', new FakeProducer(this.channel, options));
  }

  /** The consumer follows the producer's closing and pausing, as in mediasoup. */
  consume(producer: FakeProducer, options: ConstructorParameters<typeof FakeConsumer>[2] = {}): FakeConsumer {
    const type = this.type === 'pipe' ? { type: 'pipe' } : {};
    const consumer = new FakeConsumer(this.channel, producer, { ...type, ...options });
    const closed = (): void => consumer.producerClosed();
    const paused = (): void => consumer.producerSetPaused(true);
    const resumed = (): void => consumer.producerSetPaused(false);
    producer.on('@close', closed).on('@pause', paused).on('@resume', resumed);
    consumer.observer.on('close', () => {
      producer.off('@close', closed).off('@pause', paused).off('@resume', resumed);
    });
    return this.#add('newconsumer', consumer);
  }

  produceData(options: ConstructorParameters<typeof FakeDataProducer>[1] = {}): FakeDataProducer {
    return this.#add('newdataproducer', new FakeDataProducer(this.channel, options));
  }

  consumeData(producer: FakeDataProducer, options: FakeOptions = {}): FakeDataConsumer {
    const consumer = new FakeDataConsumer(this.channel, producer, options);
    producer.on('@close', () => consumer.dataProducerClosed());
    return this.#add('newdataconsumer', consumer);
  }

  setIceState(state: string): void {
    this.iceState = state;
    this.observer.safeEmit('icestatechange', state);
  }

  setDtlsState(state: string): void {
    this.dtlsState = state;
    this.observer.safeEmit('dtlsstatechange', state);
  }

  setSctpState(state: string): void {
    this.sctpState = state;
    this.observer.safeEmit('sctpstatechange', state);
  }

  setSelectedTuple(tuple: TupleShape): void {
    this.iceSelectedTuple = tuple;
    this.observer.safeEmit('iceselectedtuplechange', tuple);
  }

  /** Goes through the whole of ICE and DTLS, or for plain and pipe learns the remote address from the first packet. */
  connect(remote: { remoteIp: string; remotePort: number } = { remoteIp: '198.51.100.7', remotePort: 5000 }): void {
    if (this.type === 'webrtc') {
      this.setSelectedTuple({ localAddress: '127.0.0.1', localPort: nextPort++, protocol: 'udp', ...remote });
      this.setIceState('connected');
      this.setDtlsState('connecting');
      this.setDtlsState('connected');
    } else if (this.tuple !== undefined) {
      this.tuple = { ...this.tuple, ...remote };
      this.observer.safeEmit('tuple', this.tuple);
    }
  }

  close(): void {
    this.#close(() => this.emit('@close'));
  }

  routerClosed(): void {
    this.#close(() => this.safeEmit('routerclose'));
  }

  listenServerClosed(): void {
    this.#close(() => {
      this.emit('@listenserverclose');
      this.safeEmit('listenserverclose');
    });
  }

  getStats(): Promise<readonly unknown[]> {
    return this.channel.request(() => [{ ...this.stats }]);
  }

  #add<E extends FakeEndpoint>(event: string, endpoint: E): E {
    this.#endpoints.add(endpoint);
    endpoint.observer.on('close', () => this.#endpoints.delete(endpoint));
    this.observer.safeEmit(event, endpoint);
    return endpoint;
  }

  #close(tell: () => void): void {
    if (this.closed) return;
    this.closed = true;
    for (const endpoint of this.#endpoints) endpoint.transportClosed();
    tell();
    this.observer.safeEmit('close');
  }
}

export class FakeRtpObserver extends FakeEntity implements RtpObserverShape {
  protected readonly channel: FakeChannel;
  readonly type: string;
  paused = false;

  constructor(router: FakeRouter, type: 'audiolevel' | 'activespeaker', options: FakeOptions) {
    super(options);
    this.channel = router.channel;
    this.type = type;
  }

  addProducer(producer: FakeProducer): void {
    this.observer.safeEmit('addproducer', producer);
  }

  removeProducer(producer: FakeProducer): void {
    this.observer.safeEmit('removeproducer', producer);
  }

  pause(): void {
    this.paused = true;
    this.observer.safeEmit('pause');
  }

  resume(): void {
    this.paused = false;
    this.observer.safeEmit('resume');
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.emit('@close');
    this.observer.safeEmit('close');
  }

  routerClosed(): void {
    if (this.closed) return;
    this.closed = true;
    this.safeEmit('routerclose');
    this.observer.safeEmit('close');
  }
}
