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
import { jsonText, quoted } from './json-text.js';

/** Gives the JSON of one value that is neither `null` nor `undefined`. */
export type LeafText = (value: unknown) => string;

const MOST_INT = 2_147_483_647;
const LEAST_INT = -2_147_483_648;

/** How values of a scalar or enum are written. What is usual has a way of its own; all else is serialized by the type. */
export function leafText(type: GraphQLLeafType): LeafText {
  if (isEnumType(type)) return enumText(type);
  const serialized = serializedText(type);
  switch (type) {
    case GraphQLString:
      return (value) => (typeof value === 'string' ? quoted(value) : serialized(value));
    case GraphQLID:
      return (value) => (typeof value === 'string' ? quoted(value) : serialized(value));
    case GraphQLBoolean:
      return (value) => (value === true ? 'true' : value === false ? 'false' : serialized(value));
    case GraphQLFloat:
      return (value) => (typeof value === 'number' && Number.isFinite(value) ? `${value}` : serialized(value));
    case GraphQLInt:
      return (value) =>
        typeof value === 'number' && Number.isInteger(value) && value >= LEAST_INT && value <= MOST_INT
          ? `${value}`
          : serialized(value);
    default:
      return serialized;
  }
}

function serializedText(type: GraphQLScalarType): LeafText {
  return (value) => {
    if (typeof value === 'object' || typeof value === 'function') refuseUnplain(value);
    const serialized: unknown = type.serialize(value);
    if (serialized === null || serialized === undefined) throw new Abandoned('a value serialized to nothing');
    // graphql-js would wait for it.
    if (typeof serialized === 'object') refuseUnplain(serialized);
    return jsonText(serialized);
  };
}

function enumText(type: GraphQLEnumType): LeafText {
  const texts = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, `"${name}"`]));
  return (value) => {
    const text = texts.get(value);
    if (text === undefined) throw new Abandoned('a value that is none of the enum');
    return text;
  };
}
