import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { opusPayload } from '../../../server/demo/rtp/payload.js';
import { isRtcp } from '../../../server/demo/rtp/rtp-packet.js';
import { RtpStream } from '../../support/rtp.js';
import { percentile } from '../suite/statistics.js';
import type { Delays, FromProbe, Scrapes, ToProbe } from './protocol.js';

/** 500 packets a second. */
const SEND_EVERY_MS = 2;
const MOST_PACKETS = 1_000_000;
const LOOPBACK = '127.0.0.1';
const OPUS_PT = 111;

/**
 * The other end of everything, in a process of its own so that what it costs is not counted: it sends RTP through the SFU and takes the time,
 * asks for metrics, and swallows what plugins deliver.
 */
class Probe {
  readonly #socket = createSocket('udp4');
  readonly #latencies = new Float64Array(MOST_PACKETS);
  #received = 0;
  #sent = 0;
  #scraping: NodeJS.Timeout | undefined;
  #scrapes: { -readonly [K in keyof Scrapes]: Scrapes[K] } = emptyScrapes();

  async start(): Promise<void> {
    this.#socket.on('message', (packet) => this.#receive(packet));
    this.#socket.bind(0, LOOPBACK);
    await once(this.#socket, 'listening');
    const sink = createServer((request, response) => {
      request.resume();
      request.once('end', () => response.writeHead(204).end());
    }).listen(0, LOOPBACK);
    await once(sink, 'listening');
    const { port } = sink.address() as AddressInfo;
    tell({ type: 'ready', rtpPort: this.#socket.address().port, sinkUrl: `http://${LOOPBACK}:${port}` });
  }

  handle(message: ToProbe): void {
    if (message.type === 'start') this.#send(message);
    if (message.type === 'scrape') {
      clearInterval(this.#scraping);
      this.#scraping = setInterval(() => void this.#scrape(message.url), message.everyMs);
    }
    if (message.type === 'window') {
      this.#received = 0;
      this.#sent = 0;
      this.#scrapes = emptyScrapes();
    } else if (message.type === 'report') tell({ type: 'report', rtp: this.#rtp(), scrapes: this.#scrapes });
  }

  #send({ target, ssrc }: ToProbe & { type: 'start' }): void {
    const stream = new RtpStream({ ssrc, payloadType: OPUS_PT, ticksPerPacket: 960 });
    const payload = Buffer.from(opusPayload(80));
    setInterval(() => {
      payload.writeBigUInt64BE(process.hrtime.bigint(), payload.length - 8);
      this.#socket.send(stream.next(payload), target, LOOPBACK);
      this.#sent++;
    }, SEND_EVERY_MS);
  }

  #receive(packet: Buffer): void {
    if (isRtcp(packet) || packet.length < 20 || this.#received >= MOST_PACKETS) return;
    const sentAt = packet.readBigUInt64BE(packet.length - 8);
    this.#latencies[this.#received++] = Number(process.hrtime.bigint() - sentAt) / 1e6;
  }

  async #scrape(url: string): Promise<void> {
    const began = performance.now();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
      const text = await response.text();
      this.#scrapes.bytes = text.length;
      this.#scrapes.series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
      this.#scrapes.longestMs = Math.max(this.#scrapes.longestMs, performance.now() - began);
      if (response.ok) this.#scrapes.answered++;
      else this.#scrapes.failed++;
    } catch {
      this.#scrapes.failed++;
    }
  }

  #rtp(): (Delays & { sent: number; received: number }) | null {
    if (this.#sent === 0) return null;
    const sorted = this.#latencies.slice(0, this.#received).sort();
    const at = (share: number): number => percentile(sorted, share);
    return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1), sent: this.#sent, received: this.#received };
  }
}

function emptyScrapes(): { -readonly [K in keyof Scrapes]: Scrapes[K] } {
  return { answered: 0, failed: 0, bytes: 0, longestMs: 0, series: 0 };
}

function tell(message: FromProbe): void {
  process.send?.(message);
}

const probe = new Probe();
process.on('message', (message) => probe.handle(message as ToProbe));
process.once('disconnect', () => process.exit());
await probe.start();
