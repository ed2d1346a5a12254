import type { types } from 'mediasoup';
import { MEDIA_CODECS } from './demo-codecs.js';
import type { DemoPeer } from './demo-peer.js';
import { DemoRoom } from './demo-room.js';
import { DemoScript } from './demo-script.js';
import { Random } from './random.js';

/** The part of the mediasoup module that the demo needs. */
export interface MediasoupModule {
  readonly version: string;
  createWorker(settings?: types.WorkerSettings): Promise<types.Worker>;
}

export interface DemoSfuOptions {
  /** @default 3 */
  readonly rooms?: number;
  /** Peers per room. @default 4 */
  readonly peers?: number;
  /** @default 2 */
  readonly workers?: number;
  /** Same seed, same demo. @default 1 */
  readonly seed?: number;
  /** Whether people come and go and things go wrong; without it the peers only send and receive. @default true */
  readonly lively?: boolean;
  /** Whether there are a peer that never connects, a producer nobody receives and a router left behind. @default as `lively` */
  readonly oddities?: boolean;
  readonly onSignalling?: (peer: DemoPeer, bytes: number, direction: 'in' | 'out') => void;
  readonly onProgress?: (message: string) => void;
  readonly onError?: (error: unknown) => void;
}

/** Granularity of sending; finer only costs wake-ups. */
const MEDIA_TICK_MS = 20;

/**
 * A small SFU in this process: real workers, WebRtcServers, routers, rooms and peers with real RTP over loopback UDP.
 * The first room is spread over two workers with pipes between them, when there are two.
 */
export class DemoSfu {
  readonly workers: readonly types.Worker[];
  readonly rooms: readonly DemoRoom[];
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #script: DemoScript | undefined;

  private constructor(workers: readonly types.Worker[], rooms: readonly DemoRoom[], script: DemoScript | undefined) {
    this.workers = workers;
    this.rooms = rooms;
    this.#script = script;
    const media = setInterval(() => {
      const now = Date.now();
      for (const room of rooms) room.tick(now);
    }, MEDIA_TICK_MS);
    this.#timers = script === undefined ? [media] : [media, setInterval(() => script.step(), 1_000)];
  }

  static async start(mediasoup: MediasoupModule, options: DemoSfuOptions = {}): Promise<DemoSfu> {
    const progress = options.onProgress ?? (() => undefined);
    const random = new Random(options.seed ?? 1);
    const workers: types.Worker[] = [];
    try {
      for (let number = 1; number <= (options.workers ?? 2); number++) {
        progress(`worker ${number}`);
        workers.push(await mediasoup.createWorker({ logLevel: 'error' }));
      }
      const rooms = await openRooms(workers, options, random, progress);
      const lobby = (options.oddities ?? options.lively ?? true) ? [await addOddities(workers)] : [];
      const script =
        options.lively === false
          ? undefined
          : new DemoScript({
              rooms,
              peers: options.peers ?? 4,
              random,
              onSignalling: options.onSignalling ?? (() => undefined),
              onError: options.onError ?? (() => undefined),
            });
      return new DemoSfu(workers, [...rooms, ...lobby], script);
    } catch (error) {
      for (const worker of workers) worker.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#script?.idle();
    for (const room of this.rooms) room.close();
    for (const worker of this.workers) worker.close();
  }
}

async function openRooms(
  workers: readonly types.Worker[],
  options: DemoSfuOptions,
  random: Random,
  progress: (message: string) => void,
): Promise<DemoRoom[]> {
  const rooms: DemoRoom[] = [];
  for (let number = 0; number < (options.rooms ?? 3); number++) {
    const name = `room-${number + 1}`;
    const homes = number === 0 ? workers.slice(0, 2) : [workers[number % workers.length]];
    const routers: types.Router[] = [];
    for (const worker of homes) {
      if (worker !== undefined)
        routers.push(await worker.createRouter({ mediaCodecs: MEDIA_CODECS, appData: { roomId: name } }));
    }
    const room = await DemoRoom.open({ name, routers, random });
    rooms.push(room);
    for (let peer = 1; peer <= (options.peers ?? 4); peer++) {
      progress(`${name}, peer ${peer}`);
      await room.join();
    }
  }
  return rooms;
}

/** What an operator should find: a peer that never connects, a producer nobody receives, a router left behind. */
async function addOddities(workers: readonly types.Worker[]): Promise<DemoRoom> {
  const worker = workers[0];
  if (worker === undefined) throw new RangeError('the demo needs at least one worker');
  const webRtcServer = await worker.createWebRtcServer({
    listenInfos: [
      { protocol: 'udp', ip: '127.0.0.1' },
      { protocol: 'tcp', ip: '127.0.0.1' },
    ],
  });
  const lobby = await worker.createRouter({ mediaCodecs: MEDIA_CODECS, appData: { roomId: 'lobby' } });
  await lobby.createWebRtcTransport({ webRtcServer, enableSctp: true, appData: { peerId: 'ghost' } });
  await worker.createRouter({ mediaCodecs: MEDIA_CODECS, appData: { leftBehind: true } });
  const room = await DemoRoom.open({ name: 'lobby', routers: [lobby], random: new Random(0) });
  await room.join(1);
  return room;
}
