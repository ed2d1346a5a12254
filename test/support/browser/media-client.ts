import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { types } from 'mediasoup';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import type { PageClient } from './page.js';

interface Signals {
  connect: { transportId: string; dtlsParameters: types.DtlsParameters };
  produce: { transportId: string; kind: types.MediaKind; rtpParameters: types.RtpParameters };
  produceData: {
    transportId: string;
    sctpStreamParameters: types.SctpStreamParameters;
    label: string;
    protocol: string;
  };
}

declare global {
  interface Window {
    client: PageClient;
  }
}

let bundle: Promise<string> | undefined;

/** mediasoup-client and the page's script in one file; built once per test process. */
function clientBundle(): Promise<string> {
  bundle ??= build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: { entry: new URL('./page.ts', import.meta.url).pathname, formats: ['es'], fileName: 'page' },
    },
  }).then((result) => {
    const output = Array.isArray(result) ? result[0] : result;
    if (output === undefined || !('output' in output)) throw new Error('vite built nothing');
    return output.output[0].code;
  });
  return bundle;
}

/** A real WebRTC client in Chromium, signalling straight into the test's own mediasoup router. */
export class MediaClient {
  readonly #page: Page;
  readonly #server: Server;
  readonly #router: types.Router;
  readonly #transports = new Map<string, types.WebRtcTransport>();
  #capabilities: types.RtpCapabilities | undefined;

  private constructor(page: Page, server: Server, router: types.Router) {
    this.#page = page;
    this.#server = server;
    this.#router = router;
  }

  static async open(browser: Browser, router: types.Router): Promise<MediaClient> {
    const script = await clientBundle();
    const server = createServer((request, response) => {
      const isScript = request.url === '/page.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const context = await browser.newContext();
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const client = new MediaClient(page, server, router);
    await page.exposeFunction('signal', (type: keyof Signals, data: never) => client.#onSignal(type, data));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => window.client !== undefined);
    client.#capabilities = await page.evaluate(
      (capabilities) => window.client.load(capabilities),
      router.rtpCapabilities,
    );
    return client;
  }

  /** A transport on both sides; only candidates of `protocol` are offered to the browser. */
  async createTransport(
    direction: 'send' | 'recv',
    webRtcServer: types.WebRtcServer,
    protocol: 'udp' | 'tcp' = 'udp',
    appData: types.AppData = {},
  ): Promise<types.WebRtcTransport> {
    const transport = await this.#router.createWebRtcTransport({
      webRtcServer,
      enableUdp: true,
      enableTcp: true,
      enableSctp: true,
      appData,
    });
    this.#transports.set(transport.id, transport);
    const iceCandidates = transport.iceCandidates.filter((candidate) => candidate.protocol === protocol);
    const { id, iceParameters, dtlsParameters, sctpParameters } = transport;
    const options = { id, iceParameters, iceCandidates, dtlsParameters, ...(sctpParameters && { sctpParameters }) };
    await this.#page.evaluate(([to, parameters]) => window.client.createTransport(to, parameters), [
      direction,
      options,
    ] as const);
    return transport;
  }

  produce(transport: types.WebRtcTransport, kind: types.MediaKind, simulcast = false): Promise<string> {
    return this.#page.evaluate(([id, what, layers]) => window.client.produce(id, what, layers), [
      transport.id,
      kind,
      simulcast,
    ] as const);
  }

  produceData(transport: types.WebRtcTransport, label: string): Promise<string> {
    return this.#page.evaluate(([id, name]) => window.client.produceData(id, name), [transport.id, label] as const);
  }

  async sendData(dataProducerId: string, size: number, count: number): Promise<void> {
    await this.#page.evaluate(([id, bytes, times]) => window.client.sendData(id, bytes, times), [
      dataProducerId,
      size,
      count,
    ] as const);
  }

  async consume(transport: types.WebRtcTransport, producerId: string): Promise<types.Consumer> {
    if (this.#capabilities === undefined) throw new Error('the client is not loaded');
    const consumer = await transport.consume({ producerId, rtpCapabilities: this.#capabilities, paused: true });
    const { id, kind, rtpParameters } = consumer;
    await this.#page.evaluate(([to, parameters]) => window.client.consume(to, parameters), [
      transport.id,
      { id, producerId, kind, rtpParameters },
    ] as const);
    await consumer.resume();
    return consumer;
  }

  async consumeData(transport: types.WebRtcTransport, dataProducerId: string): Promise<types.DataConsumer> {
    const consumer = await transport.consumeData({ dataProducerId });
    const { id, sctpStreamParameters, label, protocol } = consumer;
    if (sctpStreamParameters === undefined) throw new Error('the data consumer is not of SCTP');
    await this.#page.evaluate(([to, parameters]) => window.client.consumeData(to, parameters), [
      transport.id,
      { id, dataProducerId, sctpStreamParameters, label, protocol },
    ] as const);
    return consumer;
  }

  /** Closes the browser's side only, as a client does that goes away. */
  async hangUp(transport: types.WebRtcTransport): Promise<void> {
    await this.#page.evaluate((id) => window.client.closeTransport(id), transport.id);
  }

  async close(): Promise<void> {
    await this.#page.context().close();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #onSignal<T extends keyof Signals>(type: T, data: Signals[keyof Signals]): Promise<string | undefined> {
    const transport = this.#transports.get(data.transportId);
    if (transport === undefined) throw new Error(`unknown transport ${data.transportId}`);
    if (type === 'connect') {
      await transport.connect({ dtlsParameters: (data as Signals['connect']).dtlsParameters });
      return undefined;
    }
    if (type === 'produce') {
      const { kind, rtpParameters } = data as Signals['produce'];
      return (await transport.produce({ kind, rtpParameters })).id;
    }
    const { sctpStreamParameters, label, protocol } = data as Signals['produceData'];
    return (await transport.produceData({ sctpStreamParameters, label, protocol })).id;
  }
}
