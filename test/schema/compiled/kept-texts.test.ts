import { execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { KeptTexts } from '../../../schema/compiled/kept-texts.js';
import { buildSchema, CompiledExecutor, createContext } from '../../../schema/index.js';
import { executeCompiled } from '../../support/both-executions.js';
import { RoomScene } from '../../support/room-scene.js';
import { SchemaKit } from '../../support/schema-kit.js';

const QUERY = `{ consumers { nodes { id key type paused score currentLayers { spatialLayer __typename } ageMs stats { bitrate } } } }`;

describe('what is kept of entities between answers', () => {
  it('is never what an entity was before it changed, opened or closed', async () => {
    const kit = new SchemaKit();
    const scene = await RoomScene.open(kit, 'blue', ['ann', 'bob']);
    const key = scene.consumer('ann', 'bob');
    const schema = buildSchema();
    const document = parse(QUERY);
    const executor = new CompiledExecutor(schema);
    const answers = new Set<string>();
    const compare = async (): Promise<void> => {
      const context = () => createContext(kit.monitor, { now: () => kit.kit.clock.now() });
      const { data } = await executor.execute({ schema, document, contextValue: context() });
      const expected = await execute({ schema, document, contextValue: context() });
      expect(JSON.stringify(data)).toBe(JSON.stringify(expected.data));
      answers.add(JSON.stringify(data));
    };

    for (let times = 0; times < 3; times++) await compare();
    expect(answers.size).toBe(1);
    const changes: readonly (() => void)[] = [
      () => kit.stats.set(key, { bitrate: 1_000 }),
      () => kit.stats.set(key, { bitrate: 2_000 }),
      () => kit.kit.clock.advance(1_000),
      () => kit.change('consumer', key, { score: 3 }),
      () => kit.change('consumer', key, { currentLayers: { spatialLayer: 1, temporalLayer: 0 } }),
      () => kit.change('consumer', key, { currentLayers: null, paused: true }),
      () => void scene.join('cyd'),
      () => kit.kit.graph.close(key, 'api'),
    ];
    for (const [n, change] of changes.entries()) {
      change();
      await compare();
      await compare();
      expect(answers.size).toBe(n + 2);
    }
  });

  it('is nothing of a moment in the context, so that the next answer with it shows the newest', async () => {
    const kit = new SchemaKit();
    const scene = await RoomScene.open(kit, 'blue', ['ann', 'bob']);
    const schema = buildSchema();
    const executor = new CompiledExecutor(schema);
    const contextValue = createContext(kit.monitor, { now: () => kit.kit.clock.now() });
    const transports = async (document: string): Promise<number> => {
      const args = { schema, document: parse(document), contextValue };
      const { data } = await executor.execute(args, async (same) => await execute(same));
      return (data as { transports: { nodes: readonly object[] } }).transports.nodes.length;
    };
    const compiled = '{ transports { nodes { key } } }';
    const byGraphqlJs = '{ transports { nodes { key } } __schema { description } }';

    const before = [await transports(compiled), await transports(byGraphqlJs)];
    kit.kit.transport(scene.router, 'new');
    const between = await transports(compiled);
    kit.kit.transport(scene.router, 'newer');
    const after = await transports(byGraphqlJs);

    expect([...before, between, after]).toEqual([4, 4, 5, 6]);
  });

  it('is the same in every place of an operation in which fields differ', async () => {
    const kit = new SchemaKit();
    await RoomScene.open(kit, 'blue', ['ann', 'bob']);

    const { one, other } = await kit.ask(`{
      one: consumers { nodes { key paused } }
      other: consumers { nodes { key a: paused __typename parent { key ... on Transport { type connected } } } }
    }`);

    expect(one!.nodes![0]).toEqual({ key: other!.nodes![0]!.key, paused: false });
    expect(other!.nodes![0]).toMatchObject({ a: false, __typename: 'Consumer', parent: { type: 'WEBRTC' } });
  });

  it('is bounded in bytes, and given up when it is not used for a while', () => {
    const kept = new KeptTexts();
    const [place, entity] = [{}, {}];
    const isKept = (): boolean => kept.of(place).has(entity);
    const keep = (): unknown => kept.keep(place, entity, [Buffer.from('ab'), Buffer.from('c')], [1, 3]);

    keep();
    kept.forgetUnused();
    expect(isKept()).toBe(true);
    kept.forgetUnused();
    kept.forgetUnused();
    expect(isKept()).toBe(false);
    keep();
    const large = Buffer.alloc(1_024 * 1_024);
    for (let n = 0; n < 40; n++) kept.keep(place, {}, [large], [large.length]);
    expect(isKept()).toBe(false);
  });

  it('lies together, each text behind the one before it', () => {
    const kept = new KeptTexts();
    const place = {};
    const texts = Array.from({ length: 500 }, (_, n) => [`${n}`.repeat(n % 50), `<${n}>`]);

    const all = texts.map(([one = '', other = '']) =>
      kept.keep(place, {}, [Buffer.from(`${one}${other}`)], [one.length, one.length + other.length]),
    );

    const read = all.map(({ bytes, bounds: [begin, middle, end] }) => [
      bytes.toString('utf8', begin, middle),
      bytes.toString('utf8', middle, end),
    ]);
    expect(read).toEqual(texts);
    expect(new Set(all.map(({ bytes }) => bytes)).size).toBeLessThan(5);
  });

  it('is made again after it was given up', async () => {
    const kit = new SchemaKit();
    await RoomScene.open(kit, 'blue', ['ann', 'bob']);
    const schema = buildSchema();
    const executor = new CompiledExecutor(schema);
    const document = parse('{ consumers { nodes { id key type } } }');
    const texts = new Set<string>();

    for (let n = 0; n < 6; n++) {
      const result = await executor.execute({ schema, document, contextValue: createContext(kit.monitor) });
      texts.add(JSON.stringify(result.data));
      executor.forgetUnused();
      executor.forgetUnused();
    }

    expect(texts.size).toBe(1);
  });
});

describe('compiled documents', () => {
  it('are at most 128, however many are asked for, and those that made room are compiled again', async () => {
    const kit = new SchemaKit();
    const schema = buildSchema();
    const executor = new CompiledExecutor(schema);
    const documents = Array.from({ length: 300 }, (_, n) => parse(`{ a${n}: consumers { totalCount } }`));

    for (const document of [...documents, ...documents.slice(0, 5)]) {
      const contextValue = createContext(kit.monitor);
      const { data } = await executor.execute({ schema, document, contextValue }, () => {
        throw new Error('It was not compiled.');
      });
      expect(Object.values(data ?? {})).toEqual([{ totalCount: 0 }]);
      expect(executor.documents).toBeLessThanOrEqual(128);
    }
    expect(executor.documents).toBe(128);
  });

  it('have at most 8 plans each, by what their directives depend on', async () => {
    const kit = new SchemaKit();
    const names = ['a', 'b', 'c', 'd'];
    const document = parse(`query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) {
      ${names.map((name) => `${name}: consumers @include(if: $${name}) { totalCount }`).join(' ')} __typename }`);
    const schema = buildSchema();
    let compiled = 0;

    for (let bits = 0; bits < 16; bits++) {
      const variableValues = Object.fromEntries(names.map((name, n) => [name, (bits & (1 << n)) !== 0]));
      const answer = await executeCompiled({
        schema,
        document,
        variableValues,
        contextValue: createContext(kit.monitor),
      });
      const asked = names.filter((name) => variableValues[name] === true);
      expect(Object.keys((JSON.parse(answer.text) as { data: object }).data)).toEqual([...asked, '__typename']);
      if (answer.compiled) compiled++;
    }

    expect(compiled).toBe(8);
  });
});

describe('an operation whose client has gone', () => {
  it('is not executed to its end', async () => {
    const kit = new SchemaKit();
    await RoomScene.open(kit, 'blue', ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay']);
    const schema = buildSchema();
    const gone = new AbortController();
    const contextValue = createContext(kit.monitor, { maxTurnMs: -1 });
    const document = parse(
      '{ consumers { nodes { ancestors { key } stats { bitrate } streams { ssrc } producer { key } room { name } } } }',
    );
    const value = kit.stats.sampledAt.bind(kit.stats);
    let asked = 0;
    kit.stats.sampledAt = (node) => {
      // In the middle of the list.
      if (++asked === 6) gone.abort();
      return value(node);
    };

    const { errors } = await new CompiledExecutor(schema).execute(
      { schema, document, contextValue },
      () => {
        throw new Error('It was executed again.');
      },
      { signal: gone.signal },
    );

    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['CANCELLED']);
    expect(asked).toBeLessThan(kit.monitor.graph.snapshot().count('consumer'));
  });
});
