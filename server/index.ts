export { createServer, type ServerOptions, type ServerParts } from './create-server.js';
export { SCOPES, type Scope, type ServerSettings, type ServerSettingsInput, serverOptions } from './options.js';
export type { Route } from './route.js';
export type { AnyServer, ListeningAt, RequestHandler, SfuscopeServer } from './sfuscope-server.js';
