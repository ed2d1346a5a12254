import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { execute, parse, validate } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSchema, createContext } from '../../../schema/index.js';
import { executeCompiled } from '../../support/both-executions.js';
import { randomQuery } from '../../support/random-query.js';
import { RoomScene } from '../../support/room-scene.js';
import { SchemaKit } from '../../support/schema-kit.js';

// Every query and subscription of the tests beside this one is compared too: see `SchemaKit.execute`.

const FOLDER = new URL('../../../docs/cookbook/', import.meta.url);
const recipes = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => ({ file, source: readFileSync(new URL(file, FOLDER), 'utf8') }))
  .filter(({ source }) => !/^(subscription|mutation)/m.test(source));

const LISTS = {
  consumers: 'Consumer',
  producers: 'Producer',
  transports: 'Transport',
  peers: 'Peer',
  workers: 'Worker',
};

const schema = buildSchema();
let kit: SchemaKit;

beforeAll(async () => {
  kit = new SchemaKit();
  const scene = await RoomScene.open(kit, 'blue', ['ann', 'bob', 'cyd "the third"\n\u2028']);
  kit.stats.set(scene.consumer('ann', 'bob'), { bitrate: 1e21, lossRatio: 1 / 3, packetCount: 5, jitter: -0 });
});

describe('compiled execution', () => {
  it('answers any query over the schema as graphql-js does, with errors and without', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 1_000 }), { maxLength: 120, size: 'max' }),
        fc.constantFrom(-1, 1e6),
        async (...of) => {
          const [choices, maxTurnMs] = of;
          const source = randomQuery(schema, choices);
          // Fields that would have to be merged and cannot.
          if (validate(schema, parse(source)).length > 0) return;
          await kit.execute(source, { no: false }, { maxTurnMs });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('answers any query as graphql-js does, again and again, while numbers and time go on', async () => {
    const moving = new SchemaKit();
    const scene = await RoomScene.open(moving, 'blue', ['ann', 'bob']);
    const key = scene.consumer('ann', 'bob');
    let step = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 1_000 }), { minLength: 40, maxLength: 120, size: 'max' }),
        async (choices) => {
          const document = parse(randomQuery(schema, choices, LISTS));
          if (validate(schema, document).length > 0) return;
          for (let times = 0; times < 4; times++) {
            // In one turn: the order in which graphql-js tells of errors depends on where it lets others have theirs.
            const options = { now: () => moving.kit.clock.now(), maxTurnMs: 1e6 };
            const context = () => createContext(moving.monitor, options);
            const args = { schema, document, variableValues: { no: false } };
            const { text } = await executeCompiled({ ...args, contextValue: context() });
            const expected = JSON.stringify(await execute({ ...args, contextValue: context() }));
            if (text !== expected) throw new Error(`Compiled: ${text}\ngraphql-js: ${expected}`);
            moving.stats.set(key, { bitrate: ++step, jitter: step });
            moving.stats.set(scene.peer('ann').video, { bitrate: step });
            moving.kit.clock.advance(1);
            moving.change('consumer', key, { score: step % 10 });
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each(recipes)('answers $file without graphql-js', async ({ source }) => {
    const { text, compiled } = await executeCompiled({
      schema,
      document: parse(source),
      variableValues: { room: 'blue', peer: 'ann', producer: 'ann-video', worker: '100' },
      contextValue: createContext(kit.monitor),
    });

    expect(compiled).toBe(true);
    expect(JSON.parse(text)).toEqual({ data: expect.anything() });
  });
});
