import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchema } from '../../schema/index.js';
import type { Command } from './command.js';

export const printSchemaCommand: Command = {
  operands: '',
  flags: {},
  details: '',
  run() {
    process.stdout.write(`${printSchema(lexicographicSortSchema(buildSchema()))}\n`);
    return Promise.resolve(0);
  },
};
