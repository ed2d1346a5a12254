import type { EntityKey, EntityNode, GraphSnapshot, StatsReader } from '../../../core/index.js';
import { Tally } from './tally.js';

/** Nodes looked at before others get a turn. */
const STEP = 512;

/** Which scopes are counted one by one. */
export interface TallyScopes {
  readonly worker: boolean;
  readonly router: boolean;
  readonly room: boolean;
  readonly peer: boolean;
}

/** The tallies of all scopes, as of the last count. Unknown before the first. */
export class Tallies {
  #whole: Tally | null = null;
  #of: ReadonlyMap<string, Tally> = new Map();

  sfu(): Tally | null {
    return this.#whole;
  }

  entity(key: EntityKey): Tally | undefined {
    return this.#of.get(`e${key}`);
  }

  room(room: string): Tally | undefined {
    return this.#of.get(`r${room}`);
  }

  peer(room: string | null, peer: string): Tally | undefined {
    return this.#of.get(peerKey(room, peer));
  }

  /** Counts anew, a step at a time; the old counts stand until the end. */
  *count(snapshot: GraphSnapshot, stats: StatsReader, scopes: TallyScopes): Generator<void> {
    const whole = new Tally();
    const of = new Map<string, Tally>();
    const named = (key: string): Tally => {
      const known = of.get(key);
      if (known !== undefined) return known;
      const tally = new Tally();
      of.set(key, tally);
      return tally;
    };
    const tallies: Tally[] = [];
    const begin = (node: EntityNode): void => {
      tallies.length = 0;
      tallies.push(whole);
      if (scopes.worker) tallies.push(named(`e${node.worker}`));
      if (scopes.router && node.router !== null) tallies.push(named(`e${node.router}`));
      if (scopes.room && node.room !== null) tallies.push(named(`r${node.room}`));
      if (scopes.peer && node.peer !== null) tallies.push(named(peerKey(node.room, node.peer)));
    };
    if (scopes.worker) for (const { key } of snapshot.all('worker')) named(`e${key}`);
    if (scopes.router) for (const { key } of snapshot.all('router')) named(`e${key}`);
    let seen = 0;
    for (const node of snapshot.all('transport')) {
      begin(node);
      for (const tally of tallies) tally.transport(node);
      if (++seen % STEP === 0) yield;
    }
    for (const node of snapshot.all('producer')) {
      if (node.type === 'pipe' || node.pipeOrigin !== null) continue;
      begin(node);
      const loss = stats.value<'producer'>(node, 'fractionLost');
      for (const tally of tallies) tally.producer(node, loss);
      if (++seen % STEP === 0) yield;
    }
    for (const node of snapshot.all('consumer')) {
      if (node.type === 'pipe') continue;
      begin(node);
      const loss = stats.value<'consumer'>(node, 'fractionLost');
      for (const tally of tallies) tally.consumer(node, loss);
      if (++seen % STEP === 0) yield;
    }
    this.#whole = whole;
    this.#of = of;
  }
}

function peerKey(room: string | null, peer: string): string {
  return `p${JSON.stringify([room, peer])}`;
}
