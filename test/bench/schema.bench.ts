import { execute, parse } from 'graphql';
import { bench, describe } from 'vitest';
import { buildSchema, createContext } from '../../schema/index.js';
import { RoomScene } from '../support/room-scene.js';
import { SchemaKit } from '../support/schema-kit.js';

const ROOMS = 10;
const PEERS = 23;

/** 10 rooms of 23 peers who all see and hear each other: 10,120 consumers. */
const kit = new SchemaKit();
const names = Array.from({ length: PEERS }, (_, peer) => `peer-${peer}`);
for (let room = 0; room < ROOMS; room++) {
  // Names differ, as the ids of real transports do.
  await RoomScene.open(
    kit,
    `room-${room}`,
    names.map((name) => `${name}-${room}`),
  );
}
for (const { key } of kit.monitor.graph.snapshot().all('consumer')) {
  kit.stats.set(key, {
    bitrate: 300_000,
    lossRatio: 0.01,
    roundTripTime: 30,
    jitter: 4,
    packetCount: 1e6,
    byteCount: 1e9,
  });
}
const schema = buildSchema();

/** How long the answer takes in all: told not to let others have their turn, it is made in one. */
function turn(name: string, source: string): void {
  const document = parse(source);
  bench(name, () => {
    const result = execute({ schema, document, contextValue: createContext(kit.monitor, { maxTurnMs: Infinity }) });
    if (result instanceof Promise) throw new Error('The answer took several turns.');
    if (result.errors) throw result.errors[0]!;
  });
}

const TWELVE = `id key nativeId mediaKind type paused score priority openedAt ageMs
  currentLayers { spatialLayer } stats { bitrate lossRatio }`;

describe('one turn of a query at 10,000 consumers', () => {
  turn('500 consumers with 12 fields', `{ consumers(first: 500) { nodes { ${TWELVE} } } }`);
  turn(
    '500 consumers by loss with 12 fields',
    `{ consumers(first: 500, orderBy: { field: LOSS }) { nodes { ${TWELVE} } } }`,
  );
  turn('10 consumers by loss', '{ consumers(first: 10, orderBy: { field: LOSS }) { nodes { id } } }');
  turn('consumers with a text', '{ consumers(first: 10, filter: { text: "PEER-7-3" }) { totalCount } }');
  turn('quality of all rooms', '{ rooms { nodes { name quality { verdict reasons worstScore meanLoss } } } }');
  turn(
    '500 consumers with their peers',
    '{ consumers(first: 500) { nodes { peer { peerId } room { name } producer { peer { peerId } } } } }',
  );
  turn(
    'producers by viewers',
    '{ producers(first: 50, orderBy: { field: VIEWERS }) { nodes { viewers { totalCount } } } }',
  );
  turn('producers nobody receives', '{ producers(filter: { unconsumed: true }) { totalCount } }');
  turn(
    'blast radius of every worker',
    '{ workers { nodes { blastRadius { rooms { totalCount } peers { totalCount } consumers } } } }',
  );
  turn('diagnosis of 50 peers', '{ peers { nodes { diagnosis { summary findings { cause } } } } }');
  turn('verdict of 50 producers', '{ producers { nodes { verdict { verdict reasons } } } }');
  turn('traffic of every room', '{ rooms { nodes { traffic { recvBitrate } } } }');
  turn('search', '{ search(text: "nothing-has-this") { id } }');
  turn('pipes', '{ pipes { totalCount } }');
  turn(
    'load of every worker',
    '{ workers { nodes { load { headroom } counts { consumers } } } sfu { counts { consumers } capacity { headroom } } }',
  );
  turn('consumers of a worker', '{ workers(first: 1) { nodes { consumers { totalCount } } } }');
  turn('one consumer by its own id', '{ consumer(id: "c77") { key } }');
});
