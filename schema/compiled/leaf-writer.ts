import {
  GraphQLBoolean,
  type GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLScalarType,
  GraphQLString,
  isEnumType,
} from 'graphql';
import { Abandoned, refuseUnplain } from './abandoned.js';
import type { JsonOutput } from './json-output.js';
import { jsonText, quoted } from './json-text.js';

/** Writes the JSON of one value that is neither `null` nor `undefined`. */
export type LeafWriter = (output: JsonOutput, value: unknown) => void;

const MOST_INT = 2_147_483_647;
const LEAST_INT = -2_147_483_648;

/** How values of a scalar or enum are written. What is usual has a way of its own; all else is serialized by the type. */
export function leafWriter(type: GraphQLLeafType): LeafWriter {
  if (isEnumType(type)) return enumWriter(type);
  const serialized = serializing(type);
  switch (type) {
    case GraphQLString:
    case GraphQLID:
      return (output, value) => (typeof value === 'string' ? output.text(quoted(value)) : serialized(output, value));
    case GraphQLBoolean:
      return (output, value) => (typeof value === 'boolean' ? output.ascii(`${value}`) : serialized(output, value));
    case GraphQLFloat:
      return (output, value) =>
        typeof value === 'number' && Number.isFinite(value) ? output.number(value) : serialized(output, value);
    case GraphQLInt:
      return (output, value) =>
        typeof value === 'number' && Number.isInteger(value) && value >= LEAST_INT && value <= MOST_INT
          ? output.number(value)
          : serialized(output, value);
    default:
      return serialized;
  }
}

function serializing(type: GraphQLScalarType): LeafWriter {
  return (output, value) => {
    if (typeof value === 'object' || typeof value === 'function') refuseUnplain(value);
    const serialized: unknown = type.serialize(value);
    if (serialized === null || serialized === undefined) throw new Abandoned('a value serialized to nothing');
    // graphql-js would wait for it.
    if (typeof serialized === 'object') refuseUnplain(serialized);
    if (typeof serialized === 'number' && Number.isFinite(serialized)) output.number(serialized);
    else output.text(jsonText(serialized));
  };
}

function enumWriter(type: GraphQLEnumType): LeafWriter {
  const texts = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, `"${name}"`]));
  return (output, value) => {
    const text = texts.get(value);
    if (text === undefined) throw new Abandoned('a value that is none of the enum');
    output.ascii(text);
  };
}
