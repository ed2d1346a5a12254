import type { z } from 'zod';
import { isSecret, type OptionSchema, optionSchema, schemaAt } from './option-schema.js';

const MASK = '***';

/**
 * A copy of unparsed options that may be shown: fields marked `.meta({ secret: true })` are masked, and so is what stands under an
 * unknown key, which may be a misspelt secret; credentials inside URLs too. Functions become `[function]`.
 */
export function maskSecrets(schema: z.ZodType, value: unknown): unknown {
  return mask(optionSchema(schema), value);
}

/** Every secret text in the options, longest first; those shorter than 4 characters are left out, for they are in every sentence. */
export function secretValues(schema: z.ZodType, value: unknown): readonly string[] {
  const found = new Set<string>();
  collect(optionSchema(schema), value, false, found);
  return [...found].filter((secret) => secret.length >= 4).toSorted((a, b) => b.length - a.length);
}

/** Takes secrets, and user names and passwords in URLs, out of a text. */
export function redact(text: string, secrets: readonly string[]): string {
  let safe = text;
  for (const secret of secrets) safe = safe.replaceAll(secret, MASK);
  return withoutCredentials(safe);
}

/** `amqp://user:password@host` becomes `amqp://***@host`. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w:\/\/)[^\s/@?#]+@/g, `$1${MASK}@`);
}

function mask(schema: OptionSchema | undefined, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (schema === undefined || isSecret(schema)) return MASK;
  if (Array.isArray(value)) return value.map((item, index) => mask(schemaAt(schema, [index]), item));
  if (typeof value === 'function') return '[function]';
  if (typeof value === 'string') return withoutCredentials(value);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mask(schemaAt(schema, [key]), item)]));
}

function collect(schema: OptionSchema | undefined, value: unknown, inSecret: boolean, found: Set<string>): void {
  if (value === null || value === undefined || schema === undefined) return;
  const secret = inSecret || isSecret(schema);
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      collect(secret ? schema : schemaAt(schema, [index]), item, secret, found);
    });
  } else if (typeof value === 'object') {
    for (const [key, item] of Object.entries(value))
      collect(secret ? schema : schemaAt(schema, [key]), item, secret, found);
  } else if (secret && (typeof value === 'string' || typeof value === 'number')) {
    found.add(`${value}`);
  }
}
