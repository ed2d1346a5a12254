import type { DemoPeer } from './demo-peer.js';
import type { DemoRoom } from './demo-room.js';
import type { Random } from './random.js';

export interface DemoScriptOptions {
  readonly rooms: readonly DemoRoom[];
  /** Peers per room it keeps to, give or take one. */
  readonly peers: number;
  readonly random: Random;
  /** One signalling message that would have gone over the application's own connection. */
  readonly onSignalling: (peer: DemoPeer, bytes: number, direction: 'in' | 'out') => void;
  readonly onError: (error: unknown) => void;
}

const FROZEN_FOR_S = 25;
const LOSSY_FOR_S = 20;

/** What happens in the demo, second by second: people come and go, mute, speak, chat; some things go wrong. */
export class DemoScript {
  readonly #options: DemoScriptOptions;
  #second = 0;
  #running: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(options: DemoScriptOptions) {
    this.#options = options;
  }

  /** Plays the next second; skipped while the last one is still being played. */
  step(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#second++;
    this.#running = this.#play(this.#second)
      .catch(this.#options.onError)
      .finally(() => {
        this.#busy = false;
      });
  }

  /** Resolves once nothing is being played any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #play(second: number): Promise<void> {
    const { rooms, random } = this.#options;
    for (const room of rooms) {
      if (random.chance(0.25)) room.passTheWord();
      const someone = random.pick(room.peers);
      if (someone === undefined) continue;
      someone.say(JSON.stringify({ from: someone.peer, text: 'x'.repeat(random.between(5, 120)) }));
      this.#options.onSignalling(someone, random.between(80, 400), random.chance(0.5) ? 'in' : 'out');
      if (random.chance(0.12)) await someone.toggleMute();
      if (random.chance(0.2)) await someone.switchLayer();
    }
    if (second % 9 === 0) await this.#comeOrGo();
    this.#trouble(second);
  }

  async #comeOrGo(): Promise<void> {
    const { random, rooms, peers } = this.#options;
    const room = random.pick(rooms);
    if (room === undefined) return;
    // The first two of a room stay: trouble happens to them.
    const leaver = random.pick(room.peers.slice(2));
    if (leaver !== undefined && (room.peers.length > peers || random.chance(0.5))) {
      room.leave(leaver);
      return;
    }
    if (room.peers.length <= peers) {
      const peer = await room.join(random.chance(0.8) ? 3 : 0);
      this.#options.onSignalling(peer, 1_800, 'in');
      this.#options.onSignalling(peer, 2_400, 'out');
    }
  }

  /** A camera that freezes (room 1, peer 1), an uplink and a downlink that lose packets (room 1, peer 2; the last room, peer 2). */
  #trouble(second: number): void {
    const { rooms } = this.#options;
    const [frozen, lossy] = rooms[0]?.peers ?? [];
    const viewer = rooms.at(-1)?.peers[1];
    const inCycle = second % 70;
    for (const sender of frozen?.videoSenders ?? []) sender.frozen = inCycle >= 15 && inCycle < 15 + FROZEN_FOR_S;
    const uplinkLoss = inCycle >= 40 && inCycle < 40 + LOSSY_FOR_S ? 0.12 : 0;
    for (const sender of lossy?.videoSenders ?? []) sender.lossRatio = uplinkLoss;
    if (viewer !== undefined) viewer.endpoint.downlinkLoss = inCycle >= 5 && inCycle < 5 + LOSSY_FOR_S ? 0.15 : 0;
  }
}
