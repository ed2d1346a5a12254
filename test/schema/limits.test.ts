import { getIntrospectionQuery } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../schema/index.js';
import { RoomScene } from '../support/room-scene.js';
import { SchemaKit } from '../support/schema-kit.js';

let schema: SchemaKit;

beforeEach(async () => {
  schema = new SchemaKit();
  await RoomScene.open(schema, 'blue', ['ann', 'bob', 'cyd']);
});

describe('a page', () => {
  it.each([-1, LIMITS.maxPage + 1])('of %i items is refused, with the cap', async (first) => {
    const error = await schema.refusal('query ($first: Int) { producers(first: $first) { totalCount } }', { first });

    expect(error.extensions.code).toBe('BAD_USER_INPUT');
    expect(error.message).toContain(`within 0 and ${LIMITS.maxPage}, got ${first}`);
  });
});

describe('the cost of an operation', () => {
  it('grows with the size of every list around a field', async () => {
    const query = 'query ($n: Int) { routers(first: $n) { nodes { transports(first: $n) { nodes { key } } } } }';

    const small = await schema.execute(query, { n: 5 }, { maxCost: 100 });
    const large = await schema.refusal(query, { n: 50 }, { maxCost: 100 });

    expect(small.errors).toBeUndefined();
    expect(large.extensions.code).toBe('LIMIT');
    expect(large.message).toMatch(/would cost \d+; the limit is 100/);
  });

  it('is reckoned once for fragments that spread fragments', async () => {
    const levels = Array.from({ length: 40 }, (_, i) => `fragment F${i} on Router { key ...F${i + 1} ...F${i + 1} }`);
    const query = `{ routers(first: 1) { nodes { ...F0 } } } ${levels.join(' ')} fragment F40 on Router { key }`;

    expect((await schema.refusal(query)).extensions.code).toBe('LIMIT');
  });

  it('lets introspection through', async () => {
    const { data } = await schema.execute(getIntrospectionQuery());

    expect(data).toHaveProperty('__schema.types');
  });

  it('is checked before a subscription takes anything', async () => {
    const nested = 'router { transports(first: 500) { nodes { consumers(first: 500) { nodes { key } } } } }';
    const query = `subscription { stats(filter: {}) { nodes { ... on Consumer { ${nested} } } } }`;

    await expect(schema.subscribe(query)).rejects.toMatchObject({ extensions: { code: 'LIMIT' } });
    expect(schema.stats.leases.size).toBe(0);
  });
});

describe('the size of a response', () => {
  it('is bounded whatever the estimate said', async () => {
    const query = '{ producers(first: 6) { nodes { consumers(first: 2) { nodes { key } } } } }';

    const fits = await schema.execute(query, {}, { maxItems: 18 });
    const refused = await schema.refusal(query, {}, { maxItems: 17 });

    expect(fits.errors).toBeUndefined();
    expect(refused.extensions.code).toBe('LIMIT');
    expect(refused.message).toContain('more than 17 list items');
  });
});

describe('a scope', () => {
  it('is needed to read', async () => {
    const error = await schema.refusal('{ sfu { name } }', {}, { scopes: ['control'] });

    expect(error.extensions.code).toBe('FORBIDDEN');
  });

  it('is needed to change, and nothing happens without it', async () => {
    const error = await schema.refusal('mutation { watch(id: "w1") { until } }', {}, { scopes: ['read'] });

    expect(error.extensions.code).toBe('FORBIDDEN');
    expect(error.message).toContain("'control'");
    expect(schema.watched).toEqual([]);
  });

  it('is needed to subscribe', async () => {
    await expect(schema.subscribe('subscription { host { at } }', {}, { scopes: [] })).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    });
  });
});

describe('arguments out of range', () => {
  it.each([
    ['{ search(text: "") { id } }', 'text must not be empty'],
    ['{ search(text: "a", first: 101) { id } }', 'first must be within 1 and 100'],
    ['{ events(filter: { lastSeconds: 0 }) { nodes { seq } } }', 'lastSeconds must be at least 1'],
    ['{ events(after: "x") { nodes { seq } } }', 'not a cursor of events'],
    [`{ producers(filter: { text: "${'x'.repeat(1001)}" }) { totalCount } }`, 'at most 1000 characters'],
  ])('are refused: %s', async (query, message) => {
    const error = await schema.refusal(query);

    expect(error.extensions.code).toBe('BAD_USER_INPUT');
    expect(error.message).toContain(message);
  });
});
