import type { Logger } from '../../core/logger.js';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger that keeps its lines. */
export class RecordingLogger implements Logger {
  readonly lines: LogLine[];
  readonly #bound: Readonly<Record<string, unknown>>;

  constructor(lines: LogLine[] = [], bound: Readonly<Record<string, unknown>> = {}) {
    this.lines = lines;
    this.#bound = bound;
  }

  debug(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#keep('debug', message, fields);
  }

  info(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#keep('info', message, fields);
  }

  warn(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#keep('warn', message, fields);
  }

  error(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#keep('error', message, fields);
  }

  child(fields: Readonly<Record<string, unknown>>): RecordingLogger {
    return new RecordingLogger(this.lines, { ...this.#bound, ...fields });
  }

  #keep(level: LogLine['level'], message: string, fields: Readonly<Record<string, unknown>>): void {
    this.lines.push({ level, message, fields: { ...this.#bound, ...fields } });
  }
}
