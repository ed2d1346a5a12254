import { createRequire } from 'node:module';

/** mediasoup's own levels, as its listeners are called. */
export type LogLevel = 'warn' | 'error';

/** What hears mediasoup's logs. Must not throw. */
export type LogListener = (level: LogLevel, namespace: string, text: string) => void;

interface LogEmitter {
  safeEmit(event: string, ...args: unknown[]): boolean;
}

type Field = 'warnLogEmitter' | 'errorLogEmitter';
type LoggerClass = { setEmitters: unknown } & { [F in Field]: LogEmitter | undefined };

interface LoadedModule {
  readonly id: string;
  readonly exports: unknown;
  readonly children?: readonly LoadedModule[];
}

const LEVELS: readonly (readonly [Field, LogLevel])[] = [
  ['warnLogEmitter', 'warn'],
  ['errorLogEmitter', 'error'],
];

/** Taps by class, so that several monitors share one, and the last to leave restores what was. */
const taps = new WeakMap<object, LogTap>();

/**
 * Hears what mediasoup logs and passes all of it on to the listeners of the application, whether it set them with
 * `setLogEventListeners` before or sets them later. mediasoup has room for one set of listeners and no way to read it, so the
 * two static fields that hold it are replaced by accessors while anybody listens. Returns a function that ends it, or `null`
 * when this mediasoup keeps its logs elsewhere (before 3.14.12, or bundled): then nothing is touched.
 */
export function tapLogs(observer: object, listener: LogListener): (() => void) | null {
  const logger = findLogger(observer);
  if (logger === null) return null;
  const tap = taps.get(logger) ?? new LogTap(logger);
  taps.set(logger, tap);
  return tap.add(listener);
}

class LogTap {
  readonly #logger: LoggerClass;
  readonly #listeners = new Set<LogListener>();
  /** The application's own. */
  readonly #own = new Map<Field, LogEmitter | undefined>();

  constructor(logger: LoggerClass) {
    this.#logger = logger;
  }

  add(listener: LogListener): () => void {
    // A function of its own, so that the same listener may be added twice.
    const heard: LogListener = (...line) => listener(...line);
    if (this.#listeners.size === 0) this.#install();
    this.#listeners.add(heard);
    return () => {
      if (this.#listeners.delete(heard) && this.#listeners.size === 0) this.#restore();
    };
  }

  #install(): void {
    for (const [field, level] of LEVELS) {
      this.#own.set(field, this.#logger[field]);
      const emitter: LogEmitter = {
        safeEmit: (event, ...args) => {
          this.#tell(level, args);
          return this.#own.get(field)?.safeEmit(event, ...args) ?? true;
        },
      };
      Object.defineProperty(this.#logger, field, {
        configurable: true,
        enumerable: true,
        get: () => emitter,
        set: (own: LogEmitter | undefined) => {
          this.#own.set(field, own);
        },
      });
    }
  }

  #restore(): void {
    for (const [field] of LEVELS) {
      const value = this.#own.get(field);
      Object.defineProperty(this.#logger, field, { configurable: true, enumerable: true, writable: true, value });
    }
    this.#own.clear();
  }

  #tell(level: LogLevel, [namespace, text]: readonly unknown[]): void {
    for (const listener of this.#listeners) listener(level, String(namespace), String(text));
  }
}

/** The class through which this very mediasoup logs: among what its main file has required. */
function findLogger(observer: object): LoggerClass | null {
  const loaded = Object.values(createRequire(import.meta.url).cache) as readonly (LoadedModule | undefined)[];
  const main = loaded.find((module) => {
    const exported = Object(module?.exports) as {
      readonly observer?: unknown;
      readonly setLogEventListeners?: unknown;
    };
    return exported.observer === observer && typeof exported.setLogEventListeners === 'function';
  });
  for (const { exports } of main?.children ?? []) {
    const { Logger } = Object(exports) as { readonly Logger?: unknown };
    if (isLoggerClass(Logger)) return Logger;
  }
  return null;
}

function isLoggerClass(candidate: unknown): candidate is LoggerClass {
  if (typeof candidate !== 'function') return false;
  return 'setEmitters' in candidate && LEVELS.every(([field]) => isReplaceable(candidate, field));
}

function isReplaceable(owner: object, field: Field): boolean {
  return Object.getOwnPropertyDescriptor(owner, field)?.configurable === true;
}
