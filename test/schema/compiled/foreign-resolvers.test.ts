import { type DocumentNode, extendSchema, type GraphQLObjectType, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema, CompiledExecutor, createContext } from '../../../schema/index.js';
import { RoomScene } from '../../support/room-scene.js';
import { SchemaKit } from '../../support/schema-kit.js';

const EXTENSION = parse(`
  extend type Consumer { customer: String invoice: Invoice owner: Owner }
  extend type Query { customers: [String!]! }
  type Invoice { number: Int! }
  union Owner = Invoice
`);

/** How often each of them was called. */
class Calls {
  readonly #counts = new Map<string, number>();

  count(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}

/** The schema with fields of somebody else, who answers as they are told. */
function extended(answers: Readonly<Record<string, (...args: never[]) => unknown>>) {
  const calls = new Calls();
  const schema = extendSchema(buildSchema(), EXTENSION);
  for (const [place, answer] of Object.entries(answers)) {
    const [type = '', field = ''] = place.split('.');
    (schema.getType(type) as GraphQLObjectType).getFields()[field]!.resolve = (...args: readonly unknown[]) => {
      calls.count(place);
      return answer(...(args as never[]));
    };
  }
  return { schema, calls };
}

async function ask(
  kit: SchemaKit,
  executor: CompiledExecutor,
  schema: ReturnType<typeof extended>['schema'],
  document: DocumentNode,
): Promise<{ data?: Record<string, unknown>; errors?: readonly { path?: unknown }[] }> {
  const result = await executor.execute({ schema, document, contextValue: createContext(kit.monitor) });
  return JSON.parse(JSON.stringify({ data: result.data, errors: result.errors }));
}

async function kitWithConsumers() {
  const kit = new SchemaKit();
  await RoomScene.open(kit, 'blue', ['ann', 'bob']);
  return { kit, consumers: kit.monitor.graph.snapshot().count('consumer') };
}

describe('resolvers that somebody added to the schema', () => {
  it.each([
    ['answers later', async () => 'acme'],
    ['answers at once', () => 'acme'],
    [
      'fails',
      () => {
        throw new Error('no');
      },
    ],
    ['fails later', async () => await Promise.reject(new Error('no'))],
  ])('are called exactly once for each object when one %s', async (_how, answer) => {
    const { kit, consumers } = await kitWithConsumers();
    const { schema, calls } = extended({ 'Consumer.customer': answer });
    const executor = new CompiledExecutor(schema);
    const document = parse('{ consumers { nodes { key customer stats { bitrate } } } }');

    for (let times = 1; times <= 6; times++) {
      const { data, errors } = await ask(kit, executor, schema, document);

      expect(calls.of('Consumer.customer')).toBe(times * consumers);
      expect(data ?? errors).toBeTruthy();
    }
  });

  it('are called exactly once when something else of the operation fails before and after them', async () => {
    const { kit } = await kitWithConsumers();
    const { schema, calls } = extended({ 'Query.customers': () => ['acme'] });
    const document = parse(
      '{ a: consumers(first: -1) { totalCount } customers b: consumers(first: 501) { totalCount } }',
    );

    const { errors } = await ask(kit, new CompiledExecutor(schema), schema, document);

    expect(errors?.map(({ path }) => path)).toContainEqual(['a']);
    expect(calls.of('Query.customers')).toBeLessThanOrEqual(1);
  });

  it('are not called by what asks for their type or by methods of what they gave', async () => {
    const { kit, consumers } = await kitWithConsumers();
    const asked = { types: 0, numbers: 0 };
    const number = (): number => {
      asked.numbers++;
      return 7;
    };
    const { schema } = extended({ 'Consumer.invoice': () => ({ number }), 'Consumer.owner': () => ({ number }) });
    (schema.getType('Owner') as { resolveType?: unknown }).resolveType = async () => {
      asked.types++;
      return 'Invoice';
    };
    const document = parse('{ consumers { nodes { invoice { number } owner { ... on Invoice { number } } } } }');

    const { data } = await ask(kit, new CompiledExecutor(schema), schema, document);

    const node = { invoice: { number: 7 }, owner: { number: 7 } };
    expect(data).toEqual({ consumers: { nodes: Array.from({ length: consumers }, () => node) } });
    expect(asked).toEqual({ types: consumers, numbers: 2 * consumers });
  });
});
