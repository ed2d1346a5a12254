import type { PluginRoute, RouteReader } from '../core/index.js';
import type { Route } from './route.js';

/** Every path that is answered besides GraphQL: the server's own, then those of plugins. */
export class Routes {
  readonly #basePath: string;
  readonly #own: ReadonlyMap<string, Route>;
  readonly #plugins: RouteReader;

  constructor(basePath: string, own: readonly Route[], plugins: RouteReader) {
    this.#basePath = basePath;
    this.#own = new Map(own.map((route) => [`${basePath}${route.path}`, route]));
    this.#plugins = plugins;
  }

  /**
   * What answers a path, base path included. The server's own come first, so that no plugin can take one over. Plugins come and go, so
   * theirs are looked up each time.
   */
  find(path: string): Route | PluginRoute | undefined {
    return this.#own.get(path) ?? this.#plugins.find(path.slice(this.#basePath.length));
  }
}
