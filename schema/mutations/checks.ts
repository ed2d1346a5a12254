import { MonitorError } from '../../core/index.js';
import { type SchemaErrorCode, schemaError } from '../errors.js';
import { LIMITS } from '../limits.js';

export function checkRange(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw schemaError('BAD_USER_INPUT', `${name} must be within ${least} and ${most}, got ${value}.`);
}

/** The text, empty when there is none. Throws when it is too long. */
export function checkText(name: string, given: string | null | undefined): string {
  const text = given ?? '';
  if (text.length <= LIMITS.maxText) return text;
  throw schemaError('BAD_USER_INPUT', `${name} must have at most ${LIMITS.maxText} characters, got ${text.length}.`);
}

export function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    return rethrow(error);
  }
}

const CODES: Readonly<Partial<Record<MonitorError['code'], SchemaErrorCode>>> = {
  SFUSCOPE_INSPECT_TIMEOUT: 'TIMEOUT',
  SFUSCOPE_ENTITY_UNKNOWN: 'NOT_FOUND',
  SFUSCOPE_OPTIONS_INVALID: 'BAD_USER_INPUT',
  SFUSCOPE_ALERTS: 'BAD_USER_INPUT',
};

/** Errors of the core that the caller can do something about keep their message; others stay hidden. */
export function rethrow(error: unknown): never {
  if (error instanceof RangeError) throw schemaError('LIMIT', error.message);
  const code = error instanceof MonitorError ? CODES[error.code] : undefined;
  if (code !== undefined && error instanceof MonitorError) throw schemaError(code, error.message);
  throw error;
}
