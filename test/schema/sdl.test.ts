import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema } from '../../schema/index.js';

const schema = buildSchema();

describe('the schema', () => {
  it('is the one committed as schema/schema.graphql', async () => {
    const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;

    await expect(printed).toMatchFileSnapshot('../../schema/schema.graphql');
  });

  it('describes every type, field, argument and enum value', () => {
    expect(undescribed(schema)).toEqual([]);
  });

  it('describes in sentences', () => {
    const unfinished = [...descriptions(schema)].filter(([, text]) => text !== null && !/[.:)]$/.test(text.trim()));

    expect(unfinished).toEqual([]);
  });

  it('tells the unit of every number of statistics', () => {
    const withoutUnit = [...descriptions(schema)].filter(
      ([name, text]) => /^\w+Stats\.(?!sampledAt)/.test(name) && !/Unit: /.test(text ?? ''),
    );

    expect(withoutUnit).toEqual([]);
  });
});

function undescribed(of: GraphQLSchema): string[] {
  return [...descriptions(of)].filter(([, text]) => !text).map(([name]) => name);
}

function* descriptions(of: GraphQLSchema): Generator<[string, string | null]> {
  for (const type of Object.values(of.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    yield [type.name, type.description ?? null];
    if (isEnumType(type)) {
      for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description ?? null];
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        yield [`${type.name}.${field.name}`, field.description ?? null];
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        yield [`${type.name}.${field.name}`, field.description ?? null];
        for (const arg of field.args) yield [`${type.name}.${field.name}(${arg.name})`, arg.description ?? null];
      }
    }
  }
}
