import { readdirSync, readFileSync } from 'node:fs';
import { type ExecutionResult, Kind, parse, validate, visit } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSchema, LIMITS, type SchemaOptions } from '../../schema/index.js';
import { RoomScene } from '../support/room-scene.js';
import { message, SchemaKit } from '../support/schema-kit.js';

const FOLDER = new URL('../../docs/cookbook/', import.meta.url);
const recipes = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => ({ file, source: readFileSync(new URL(file, FOLDER), 'utf8') }));

const VARIABLES = { room: 'blue', peer: 'ann', producer: 'ann-video', worker: '100' };

describe('the cookbook', () => {
  let schema: SchemaKit;

  beforeAll(async () => {
    schema = new SchemaKit();
    await RoomScene.open(schema, 'blue', ['ann', 'bob', 'cyd']);
  });

  it('has one recipe for every question', () => {
    expect(recipes).toHaveLength(21);
  });

  describe.each(recipes)('$file', ({ source }) => {
    it('says in its first line what it answers, and asks with one operation', () => {
      const operations = parse(source).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);

      expect(source).toMatch(/^# [A-Z].*[.?]\n/);
      expect(operations).toHaveLength(1);
    });

    it('is answered without errors', async () => {
      const answer = await answerTo(schema, source);

      expect(answer.errors).toBeUndefined();
      for (const value of Object.values(answer.data ?? {})) expect(value).not.toBeNull();
    });

    it('costs less than a quarter of the limit, so that there is room to ask more', async () => {
      const answer = await answerTo(schema, source, { maxCost: LIMITS.maxCost / 4 });

      expect(answer.errors).toBeUndefined();
    });

    it('keeps to the limits of depth, aliases and tokens', () => {
      const { depth, aliases } = measure(source);

      expect(depth).toBeLessThanOrEqual(LIMITS.maxDepth);
      expect(aliases).toBeLessThanOrEqual(LIMITS.maxAliases);
      expect(() => parse(source, { maxTokens: LIMITS.maxTokens })).not.toThrow();
    });
  });
});

/** The answer to a query, or the first message of a subscription. */
async function answerTo(schema: SchemaKit, source: string, options: SchemaOptions = {}): Promise<ExecutionResult> {
  if (!/^subscription/m.test(source)) return schema.execute(source, VARIABLES, options);
  const stream = await schema.subscribe(source, VARIABLES);
  const answer = await message(stream);
  await stream.return?.();
  return { data: answer };
}

function measure(source: string): { depth: number; aliases: number } {
  const schema = buildSchema();
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  let depth = 0;
  let deepest = 0;
  let aliases = 0;
  visit(document, {
    Field: {
      enter(node) {
        depth++;
        deepest = Math.max(deepest, depth);
        if (node.alias) aliases++;
      },
      leave() {
        depth--;
      },
    },
  });
  // A fragment is spread no deeper than two fields below the root in any recipe.
  return { depth: deepest + 2, aliases };
}
