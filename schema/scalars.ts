import { GraphQLError, type ValueNode, valueFromASTUntyped } from 'graphql';
import { builder } from './builder.js';
import { isoText } from './iso-text.js';

builder.scalarType('DateTime', {
  description:
    'A moment as ISO 8601 text in UTC, for example `2026-11-21T09:38:00.123Z`. As an argument also a number: ms since the epoch.',
  serialize: (value) => isoText(value),
  parseValue: parseMoment,
  parseLiteral: (node: ValueNode) => parseMoment(valueFromASTUntyped(node)),
});

builder.scalarType('Counter', {
  description:
    'A number that never falls within one run; its unit stands with the field. A whole number up to 2^53 is exact: as bytes that is 9 petabytes.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new GraphQLError('A Counter is a number.');
  },
});

builder.scalarType('JSON', {
  description: 'Any JSON value. Its shape stands with the field.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node: ValueNode, variables) => valueFromASTUntyped(node, variables),
});

function parseMoment(value: unknown): number {
  const moment = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : Number.NaN;
  // Beyond this a Date cannot be shown.
  if (Math.abs(moment) <= 8.64e15) return moment;
  throw new GraphQLError(
    `A DateTime is ISO 8601 text or ms since the epoch, got ${JSON.stringify(value)?.slice(0, 80)}.`,
  );
}
