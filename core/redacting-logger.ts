import type { Logger } from './logger.js';

type Fields = Readonly<Record<string, unknown>>;

/** How deep fields are looked into; what lies deeper is not logged. */
const DEPTH = 4;

/** A logger that passes every text through `clean` first, in messages and in fields. */
export function redactingLogger(logger: Logger, clean: (text: string) => string): Logger {
  const cleanFields = (fields: Fields | undefined): Fields | undefined =>
    fields === undefined ? undefined : (cleanValue(fields, clean, DEPTH) as Fields);
  return {
    debug: (message, fields) => logger.debug(clean(message), cleanFields(fields)),
    info: (message, fields) => logger.info(clean(message), cleanFields(fields)),
    warn: (message, fields) => logger.warn(clean(message), cleanFields(fields)),
    error: (message, fields) => logger.error(clean(message), cleanFields(fields)),
    child: (fields) => redactingLogger(logger.child(cleanFields(fields) ?? {}), clean),
  };
}

function cleanValue(value: unknown, clean: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return clean(value);
  if (value instanceof Error) return clean(value.message);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, clean, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleanValue(item, clean, depth - 1)]));
}
