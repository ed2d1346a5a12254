import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTITY_KINDS, type EntityKey, type EntityNode } from '../../../core/model/entity.js';
import type { FollowMessage, GraphDelta, GraphSnapshot } from '../../../core/model/snapshot.js';
import { GraphKit, turn } from '../../support/graph-kit.js';

type Command =
  | { readonly do: 'open'; readonly kind: 'worker' | 'router' | 'transport' | 'producer' | 'consumer' | 'observer' }
  | { readonly do: 'change' | 'close' | 'emit' | 'identify' }
  | { readonly do: 'read'; readonly follower: number }
  | { readonly do: 'turn' };

/** A command, and a number that chooses what it is done to. */
type Step = readonly [Command, number];

const kinds = fc.constantFrom('worker', 'router', 'transport', 'producer', 'consumer', 'observer' as const);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('open' as const), kind: kinds }) as fc.Arbitrary<Command> },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('change' as const, 'close', 'emit', 'identify'),
    }) as fc.Arbitrary<Command>,
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), follower: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'turn' as const }) },
);

/** What a client knows that applies each message to what it had. */
class Client {
  readonly nodes = new Map<EntityKey, EntityNode>();
  seq = -1;
  resets = 0;

  apply(message: FollowMessage): void {
    if (message.type === 'delta') this.#applyDelta(message.delta);
    else this.#applySnapshot(message);
  }

  #applySnapshot(message: FollowMessage & { readonly type: 'snapshot' }): void {
    if (this.seq >= 0) expect(message.reset).toBe(true);
    this.resets += message.reset ? 1 : 0;
    this.nodes.clear();
    for (const kind of ENTITY_KINDS) for (const node of message.snapshot.all(kind)) this.nodes.set(node.key, node);
    this.seq = message.snapshot.seq;
  }

  #applyDelta({ fromSeq, toSeq, opened, changed, closed }: GraphDelta): void {
    expect(fromSeq).toBe(this.seq);
    expect(toSeq).toBeGreaterThan(fromSeq);
    const named = [...opened, ...changed, ...closed].map(({ key }) => key);
    expect(new Set(named).size).toBe(named.length);
    for (const node of opened) {
      expect(this.nodes.has(node.key)).toBe(false);
      expect(node.parent === null || this.nodes.has(node.parent)).toBe(true);
      this.nodes.set(node.key, node);
    }
    for (const node of changed) {
      expect(this.nodes.has(node.key)).toBe(true);
      this.nodes.set(node.key, node);
    }
    for (const { key } of closed) {
      for (const { parent } of this.nodes.values()) expect(parent).not.toBe(key);
      expect(this.nodes.delete(key)).toBe(true);
    }
    this.seq = toSeq;
  }
}

function contents(snapshot: GraphSnapshot): Map<EntityKey, EntityNode> {
  return new Map(ENTITY_KINDS.flatMap((kind) => snapshot.all(kind).map((node) => [node.key, node] as const)));
}

/** Does the commands to a graph; ids are few, so that they come again. */
class Driver {
  readonly kit = new GraphKit({ options: { changeLog: 24 } });
  readonly #appData: Record<string, unknown> = {};

  constructor() {
    for (const kind of ['worker', 'router', 'transport', 'producer', 'consumer']) this.#open(kind, 0);
  }

  run({ do: what, ...rest }: Command, choice: number): void {
    const { graph } = this.kit;
    const open = [...contents(graph.snapshot()).keys()];
    const key = open[choice % Math.max(1, open.length)];
    if (what === 'open') this.#open((rest as { kind: string }).kind, choice);
    else if (what === 'identify') {
      this.#appData.roomId = `room${choice % 3}`;
      graph.reidentify();
    } else if (what === 'emit') graph.emit(null, { type: 'monitor.resync', data: { missedEvents: choice } });
    else if (key === undefined) return;
    else if (what === 'close') graph.close(key, 'api');
    else if (what === 'change') this.#change(key, choice);
  }

  #open(kind: string, choice: number): void {
    const { kit } = this;
    const snapshot = kit.graph.snapshot();
    const pick = <T extends 'worker' | 'router' | 'transport' | 'producer'>(of: T): EntityKey | undefined => {
      const all = snapshot.all(of);
      return all[choice % Math.max(1, all.length)]?.key;
    };
    const id = `${kind}${choice % 5}`;
    if (kind === 'worker') return void kit.worker(choice % 3);
    if (kind === 'router') return void kit.router(pick('worker')!, id, this.#appData);
    if (kind === 'transport') return void kit.transport(pick('router')!, id, { peerId: id });
    if (kind === 'observer') return void kit.observer(pick('router')!, id, [pick('producer')!]);
    if (kind === 'producer') return void kit.producer(pick('transport')!, id);
    kit.consumer(pick('transport')!, id, pick('producer') ?? null);
  }

  #change(key: EntityKey, choice: number): void {
    const kind = this.kit.graph.get(key)?.kind;
    if (kind === 'consumer' || kind === 'producer') {
      this.kit.graph.change(kind, key, { score: choice % 11 }, { type: `${kind}.paused`, data: {} });
    }
  }
}

describe('snapshots and deltas', () => {
  it('agree: a snapshot with the deltas after it is the later snapshot, whenever a follower reads', async () => {
    let resets = 0;
    const property = fc.asyncProperty(
      fc.array(fc.tuple(command, fc.nat(1_000)), { maxLength: 80, size: 'max' }),
      async (steps) => {
        const driver = new Driver();
        const { graph } = driver.kit;
        const clients = [0, 1, 2].map(() => ({ client: new Client(), follower: graph.follow() }));
        for (const { client, follower } of clients) client.apply((await follower.next()).value);

        const readTo = async (index: number): Promise<void> => {
          const { client, follower } = clients[index]!;
          driver.kit.graph.open({
            kind: 'worker',
            id: `mark${graph.seq}`,
            parent: null,
            state: { pid: 1, hungSince: null },
            event: { pid: 1 },
            owner: { appData: {} },
          });
          client.apply((await follower.next()).value);
          expect(client.nodes).toEqual(contents(graph.snapshot()));
          expect(client.seq).toBe(graph.seq);
        };

        for (const [what, choice] of steps satisfies readonly Step[]) {
          if (what.do === 'read') await readTo(what.follower);
          else if (what.do === 'turn') await turn(1);
          else driver.run(what, choice);
        }
        for (const index of clients.keys()) await readTo(index);
        resets += clients.reduce((sum, { client }) => sum + client.resets, 0);
        graph.stop();
      },
    );

    await fc.assert(property, { numRuns: 150 });
    expect(resets).toBeGreaterThan(100);
  });

  it('agree with the indexes: children, consumers, rooms and peers are what the nodes say', () => {
    const property = fc.property(
      fc.array(fc.tuple(command, fc.nat(1_000)), { maxLength: 80, size: 'max' }),
      (steps) => {
        const driver = new Driver();
        for (const [what, choice] of steps) if (what.do !== 'read' && what.do !== 'turn') driver.run(what, choice);
        const snapshot = driver.kit.graph.snapshot();
        const nodes = [...contents(snapshot).values()];

        expect(snapshot.size).toBe(nodes.length);
        for (const kind of ENTITY_KINDS) {
          const all = nodes.filter((node) => node.kind === kind);
          expect(snapshot.count(kind)).toBe(all.length);
          expect(new Set(all.map(({ slot }) => slot)).size).toBe(all.length);
          for (const node of nodes) {
            expect(snapshot.children(node.key, kind)).toEqual(all.filter(({ parent }) => parent === node.key));
          }
        }
        for (const node of nodes) {
          expect(snapshot.get(node.key)).toBe(node);
          expect(snapshot.find(node.kind, node.key)).toBe(node);
          if (node.room === null) continue;
          expect(snapshot.room(node.room)?.entities).toContain(node.key);
          if (node.peer !== null) expect(snapshot.peer(node.room, node.peer)?.entities).toContain(node.key);
        }
        const members = nodes.filter(({ room }) => room !== null).length;
        expect(snapshot.rooms().reduce((sum, { entities }) => sum + entities.length, 0)).toBe(members);
        driver.kit.graph.stop();
      },
    );

    fc.assert(property, { numRuns: 100 });
  });
});
