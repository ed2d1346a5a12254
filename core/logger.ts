type Fields = Readonly<Record<string, unknown>>;

/** What the monitor says goes here. Shaped so that a thin adapter over pino or console fits. */
export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A logger that adds these fields to every line. */
  child(fields: Fields): Logger;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes `level message key=value …` to standard error, one line each; values are JSON where they need quoting. */
export function consoleLogger(level: LogLevel = 'warn', bound: Fields = {}): Logger {
  const threshold = LOG_LEVELS.indexOf(level);
  const write =
    (name: Exclude<LogLevel, 'silent'>) =>
    (message: string, fields: Fields = {}): void => {
      if (LOG_LEVELS.indexOf(name) < threshold) return;
      const text = Object.entries({ ...bound, ...fields })
        .map(([key, value]) => ` ${key}=${printable(value)}`)
        .join('');
      process.stderr.write(`sfuscope ${name} ${message}${text}\n`);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => consoleLogger(level, { ...bound, ...fields }),
  };
}

function printable(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  if (typeof value === 'string' && /^[\w./:@-]+$/.test(value)) return value;
  return JSON.stringify(value) ?? String(value);
}
