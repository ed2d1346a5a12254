import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { recordSchema } from '../../core/record/record-schema.js';

interface Validate {
  (value: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
}

interface AjvModule {
  readonly default: new (options: object) => { compile(schema: object): Validate };
}

const SCHEMA_FILE = new URL('../../docs/record.schema.json', import.meta.url);
const KNOWN = Object.keys(recordSchema.shape).sort();
/** Another validator than the one the schema comes from: fastify's. */
const fromFastify = createRequire(createRequire(import.meta.url).resolve('fastify'));

let validate: Validate | undefined;

/**
 * What is wrong with a record as it was received, as `path message`: by the published JSON Schema, and no field that it
 * does not name.
 */
export function recordFaults(received: unknown): readonly string[] {
  validate ??= compile();
  const faults = validate(received)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  const names = Object.keys(Object(received)).sort();
  return names.join() === KNOWN.join() ? faults : [...faults, ` has the fields ${names.join()}`];
}

function compile(): Validate {
  const { default: Ajv } = fromFastify('ajv/dist/2020') as AjvModule;
  const schema = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as object;
  return new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
}
