/** A path that a plugin answers, for example `/metrics`. Whoever serves HTTP for the monitor serves it too. */
export interface PluginRoute {
  /** As in `/metrics`; must be matched exactly. The base path of a server comes before it. */
  readonly path: string;
  /** What the caller must be allowed to do. `none`: the plugin decides for itself, and anybody may ask. */
  readonly auth: 'read' | 'none';
  /** Answers any method. A rejection becomes status 500 and is logged. */
  handler(request: Request): Response | Promise<Response>;
}

/** Where a plugin offers its routes. They vanish when the plugin stops, whether it takes them back or not. */
export interface RouteRegistry {
  /**
   * Offers a route from now on; the function takes it back, a second call does nothing. Throws `RangeError` for a path that is not
   * one or is taken.
   */
  add(route: PluginRoute): () => void;
}

/** Read side, for whoever serves HTTP. */
export interface RouteReader {
  /** Undefined when no running plugin offers it. */
  find(path: string): PluginRoute | undefined;
  /** In order of their adding. */
  all(): readonly PluginRoute[];
}

const PATH = /^(\/[\w.~-]+)+$/;

/** All routes of one monitor's plugins. */
export class RouteTable implements RouteRegistry, RouteReader {
  readonly #routes = new Map<string, PluginRoute>();

  add(route: PluginRoute): () => void {
    const { path } = route;
    if (!PATH.test(path)) throw new RangeError(`A route's path is like '/metrics', found '${path}'.`);
    if (this.#routes.has(path)) throw new RangeError(`Another plugin answers ${path} already.`);
    this.#routes.set(path, route);
    return () => {
      // The path may be another's by now.
      if (this.#routes.get(path) === route) this.#routes.delete(path);
    };
  }

  find(path: string): PluginRoute | undefined {
    return this.#routes.get(path);
  }

  all(): readonly PluginRoute[] {
    return [...this.#routes.values()];
  }
}

/** What one plugin adds to a table, so that all of it can be taken back at once. */
export class OwnRoutes implements RouteRegistry {
  readonly #table: RouteRegistry;
  readonly #removals = new Set<() => void>();
  #closed = false;

  constructor(table: RouteRegistry) {
    this.#table = table;
  }

  add(route: PluginRoute): () => void {
    if (this.#closed) throw new RangeError(`The plugin has stopped and cannot offer ${route.path}.`);
    const remove = this.#table.add(route);
    this.#removals.add(remove);
    return () => {
      this.#removals.delete(remove);
      remove();
    };
  }

  close(): void {
    this.#closed = true;
    for (const remove of this.#removals) remove();
    this.#removals.clear();
  }
}
