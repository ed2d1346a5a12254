import { Device, type types } from 'mediasoup-client';

/** Answered by the test: see `MediaClient`. */
declare const signal: (type: 'connect' | 'produce' | 'produceData', data: object) => Promise<string>;

async function answer(
  signalled: Promise<string>,
  done: (id: string) => void,
  fail: (error: Error) => void,
): Promise<void> {
  try {
    done(await signalled);
  } catch (error) {
    fail(error instanceof Error ? error : new Error(String(error)));
  }
}

/** What the test calls in the page, as `window.client`. */
export class PageClient {
  readonly #device = new Device();
  readonly #transports = new Map<string, types.Transport>();
  readonly #dataProducers = new Map<string, types.DataProducer>();

  async load(routerRtpCapabilities: types.RtpCapabilities): Promise<types.RtpCapabilities> {
    await this.#device.load({ routerRtpCapabilities });
    return this.#device.recvRtpCapabilities;
  }

  createTransport(direction: 'send' | 'recv', options: types.TransportOptions): void {
    const transport =
      direction === 'send' ? this.#device.createSendTransport(options) : this.#device.createRecvTransport(options);
    const transportId = transport.id;
    transport.on('connect', ({ dtlsParameters }, done, fail) => {
      void answer(signal('connect', { transportId, dtlsParameters }), done, fail);
    });
    transport.on('produce', ({ kind, rtpParameters }, done, fail) => {
      void answer(signal('produce', { transportId, kind, rtpParameters }), (id) => done({ id }), fail);
    });
    transport.on('producedata', ({ sctpStreamParameters, label, protocol }, done, fail) => {
      const data = { transportId, sctpStreamParameters, label, protocol };
      void answer(signal('produceData', data), (id) => done({ id }), fail);
    });
    this.#transports.set(transportId, transport);
  }

  async produce(transportId: string, kind: types.MediaKind, simulcast: boolean): Promise<string> {
    const stream = await navigator.mediaDevices.getUserMedia(
      kind === 'audio' ? { audio: true } : { video: { width: 640, height: 360 } },
    );
    const [track] = stream.getTracks();
    const encodings = [
      { maxBitrate: 100_000, scaleResolutionDownBy: 4, scalabilityMode: 'L1T1' },
      { maxBitrate: 300_000, scaleResolutionDownBy: 2, scalabilityMode: 'L1T1' },
      { maxBitrate: 900_000, scalabilityMode: 'L1T1' },
    ];
    const producer = await this.#transport(transportId).produce({
      ...(track !== undefined && { track }),
      ...(simulcast && { encodings }),
    });
    return producer.id;
  }

  /** Resolves once the channel is open. */
  async produceData(transportId: string, label: string): Promise<string> {
    const producer = await this.#transport(transportId).produceData({ label, ordered: true });
    this.#dataProducers.set(producer.id, producer);
    if (producer.readyState !== 'open') await new Promise<void>((resolve) => producer.on('open', resolve));
    return producer.id;
  }

  sendData(id: string, size: number, count: number): void {
    for (let index = 0; index < count; index++) this.#dataProducers.get(id)?.send('x'.repeat(size));
  }

  async consume(transportId: string, options: types.ConsumerOptions): Promise<void> {
    await this.#transport(transportId).consume(options);
  }

  async consumeData(transportId: string, options: types.DataConsumerOptions): Promise<void> {
    await this.#transport(transportId).consumeData(options);
  }

  closeTransport(id: string): void {
    this.#transport(id).close();
  }

  #transport(id: string): types.Transport {
    const transport = this.#transports.get(id);
    if (transport === undefined) throw new Error(`no transport ${id}`);
    return transport;
  }
}

Object.assign(window, { client: new PageClient() });
