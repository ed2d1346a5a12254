import { z } from 'zod';
import { LIMITS } from '../schema/index.js';

/** What a caller may do: look, or also change (`inspect`, `watch`, `silence`, `acknowledge`). */
export const SCOPES = ['read', 'control'] as const;
export type Scope = (typeof SCOPES)[number];

const token = z
  .string()
  .min(16)
  .max(1_024)
  .meta({ secret: true })
  .describe('A shared secret of at least 16 characters, sent as `Authorization: Bearer …`.');

const origin = z
  .url()
  .refine(
    (value) => URL.canParse(value) && new URL(value).origin === value,
    'must be an origin, as in https://host:port',
  )
  .describe('A web origin, as in `https://dashboard.example.org`.');

const limits = z.strictObject({
  depth: z.int().min(1).max(100).default(LIMITS.maxDepth).describe('How deep fields may nest in one operation.'),
  aliases: z.int().min(0).max(10_000).default(LIMITS.maxAliases).describe('Aliases in one operation.'),
  directives: z.int().min(0).max(10_000).default(LIMITS.maxDirectives).describe('Directives in one operation.'),
  tokens: z.int().min(50).max(100_000).default(LIMITS.maxTokens).describe('Words and signs in one document.'),
  bodyBytes: z.int().min(1_000).max(10_000_000).default(100_000).describe('Size of an HTTP request body in bytes.'),
  subscriptions: z
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe('Subscriptions open at once over all connections, server-sent events included.'),
  sockets: z.int().min(1).max(100_000).default(256).describe('WebSocket connections open at once.'),
  operationsPerSocket: z
    .int()
    .min(1)
    .max(10_000)
    .default(32)
    .describe('Operations in progress at once on one WebSocket connection, subscriptions included.'),
  messageBytes: z.int().min(1_000).max(10_000_000).default(65_536).describe('Size of one WebSocket message in bytes.'),
  bufferedBytes: z
    .int()
    .min(65_536)
    .max(1_073_741_824)
    .default(786_432)
    .describe(
      'Bytes waiting for a WebSocket client above which nothing is read from it or made for it until it has caught up, ' +
        'and bytes held for any client above which it is cut off when it takes nothing.',
    ),
  stalledClientMs: z
    .int()
    .min(100)
    .max(3_600_000)
    .default(30_000)
    .describe(
      'How long in ms a client may take nothing of what waits for it before its connection is cut; ' +
        'a sixth of that if more than `bufferedBytes` is held for it.',
    ),
});

const timing = z.strictObject({
  initMs: z
    .int()
    .min(100)
    .max(60_000)
    .default(3_000)
    .describe('How long in ms a WebSocket client may take to introduce itself.'),
  keepAliveMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(12_000)
    .describe('Time in ms between pings to a WebSocket client; one that answers none of them is cut off.'),
  closeMs: z
    .int()
    .min(100)
    .max(60_000)
    .default(2_000)
    .describe('How long in ms clients may take to leave when the server closes.'),
});

const exposure = z.strictObject({
  appData: z.boolean().default(false).describe("Whether `inspect` keeps the application's own appData."),
  addresses: z.enum(['full', 'masked']).default('full').describe('`masked` hides the last half of every IP address.'),
});

/** What may be written in a configuration file under `server`. */
export const serverOptions = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. Any but the loopback address needs a token.'),
  port: z.int().min(0).max(65_535).default(4_400).describe('Port to listen on; 0 takes a free one.'),
  basePath: z
    .string()
    .regex(/^(\/[\w.~-]+)*$/, 'must be empty or start with a slash and not end with one')
    .default('')
    .describe('What comes before /graphql and the other paths.'),
  token: token.optional().describe('Token that may read.'),
  controlToken: token.optional().describe('Token that may read and control.'),
  tokens: z
    .array(
      z.strictObject({
        token,
        scopes: z.array(z.enum(SCOPES)).min(1).describe('What this token may do; `control` includes `read`.'),
        name: z.string().min(1).max(100).optional().describe('Who acts, as alerts and silences will tell.'),
      }),
    )
    .max(1_000)
    .default([])
    .describe(
      'Further tokens with their scopes. With no token at all, only this machine is served, and may do everything.',
    ),
  allowedHosts: z
    .array(z.string().min(1))
    .default([])
    .describe('Host names, without port, under which this server may be addressed besides localhost.'),
  origins: z
    .array(origin)
    .default([])
    .describe('Web origins whose pages may use this server. None but its own by default.'),
  graphiql: z.boolean().default(true).describe('Whether to serve GraphiQL to browsers that open /graphql.'),
  introspection: z.boolean().default(true).describe('Whether the schema may be asked for. GraphiQL needs it.'),
  suggestions: z.boolean().default(false).describe('Whether an error about an unknown name says which one was meant.'),
  exposure: exposure.prefault({}).describe('What may be shown of the users of the SFU.'),
  limits: limits.prefault({}).describe('What one client may ask for.'),
  timing: timing.prefault({}).describe('How long things may take.'),
});

export type ServerSettings = z.output<typeof serverOptions>;
/** As written by a user: everything that has a default may be left out. */
export type ServerSettingsInput = z.input<typeof serverOptions>;
