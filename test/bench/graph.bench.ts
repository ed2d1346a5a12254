import { bench, describe } from 'vitest';
import { EventHub } from '../../core/dispatch/event-hub.js';
import { eventBytes } from '../../core/dispatch/event-size.js';
import type { EntityKey } from '../../core/model/entity.js';
import { GraphKit, turn } from '../support/graph-kit.js';

const ROUTERS = 20;
const CONSUMERS_PER_ROUTER = 500;
const PEERS_PER_ROUTER = 25;

/** 20 rooms of 25 peers, 10,000 consumers in all, publishing into a hub. */
async function filled(): Promise<GraphKit> {
  const hub = new EventHub({ historyBytes: 8 * 1024 * 1024 });
  const kit = new GraphKit({ publish: (event) => hub.publish(event) });
  const worker = kit.worker();
  for (let r = 0; r < ROUTERS; r++) {
    const router = kit.router(worker, `router-${r}`, { roomId: `room-${r}` });
    for (let p = 0; p < PEERS_PER_ROUTER; p++) {
      const transport = kit.transport(router, `transport-${p}`, { peerId: `peer-${p}` });
      const producer = kit.producer(transport, `producer-${p}`);
      for (let c = 0; c < CONSUMERS_PER_ROUTER / PEERS_PER_ROUTER; c++) {
        kit.consumer(transport, `consumer-${p}-${c}`, producer);
      }
    }
  }
  await turn(100);
  return kit;
}

const kit = await filled();
const { graph } = kit;
const transport = 'router-7/transport-3' as EntityKey;
const producer = 'router-7/producer-3' as EntityKey;
const consumer = 'router-7/consumer-3-3' as EntityKey;
const follower = graph.follow();
await follower.next();

let score = 0;
let brief = 0;
function change(): void {
  score = (score + 1) % 11;
  graph.change(
    'consumer',
    consumer,
    { score },
    {
      type: 'consumer.scoreChanged',
      data: { previous: null, score, producerScore: 10, producerScores: [10] },
    },
  );
}

describe('the graph at 10,000 consumers in 20 routers', () => {
  bench('change one consumer', change);

  // A new id each time, as in life: the same one over and over would make chains of deleted keys in one bucket of each Map.
  bench('open and close one consumer', () => {
    graph.close(kit.consumer(transport, `brief-${brief++}`, producer), 'api');
  });

  bench('change one consumer, then a snapshot', () => {
    change();
    graph.snapshot();
  });

  bench('open one consumer, then a snapshot, its rooms and one lookup', () => {
    const opened = kit.consumer(transport, `brief-${brief++}`, producer);
    const snapshot = graph.snapshot();
    snapshot.rooms();
    snapshot.consumersOf(producer);
    graph.close(opened, 'api');
  });

  bench('change one consumer, then all consumers of a snapshot in order', () => {
    change();
    graph.snapshot().all('consumer');
  });

  bench('change one consumer, then a delta to a follower', async () => {
    change();
    await follower.next();
  });

  bench('change one consumer 1,000 times, then a delta', async () => {
    for (let n = 0; n < 1_000; n++) change();
    await follower.next();
  });

  bench('ask for 500 identities again', () => graph.reidentify());
});

describe('the event hub', () => {
  const hub = new EventHub({ historyBytes: 8 * 1024 * 1024 });
  const quiet: GraphKit = new GraphKit();
  const router = quiet.router(quiet.worker(), 'r');
  quiet.transport(router, 't');
  const event = quiet.events.at(-1)!;
  let seq = 0;

  bench('publish without subscribers', () => hub.publish({ ...event, seq: ++seq }));

  bench('estimate the size of an event', () => void eventBytes(event));

  bench('search 8 MiB for what is not there', () => void hub.recent({ room: 'nowhere', minSeverity: 'error' }));
});
