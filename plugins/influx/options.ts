import { z } from 'zod';
import { httpAddress, recordFilter, sinkOptions, spoolOptions, tlsFiles } from '../../core/index.js';

const { inFlight: _, ...delivery } = sinkOptions.shape;

const v1 = z.strictObject({
  database: z.string().min(1).max(256).describe('Database. It must exist.'),
  retentionPolicy: z
    .string()
    .min(1)
    .max(256)
    .nullable()
    .default(null)
    .describe("Retention policy; null: the database's own."),
  user: z.string().min(1).nullable().default(null).describe('User name; null: no credentials are sent.'),
  password: z.string().nullable().default(null).describe('Password of that user.').meta({ secret: true }),
});

const v2 = z.strictObject({
  org: z.string().min(1).max(256).describe('Organisation, by name or id.'),
  bucket: z.string().min(1).max(256).describe('Bucket, by name or id. It must exist.'),
  token: z
    .string()
    .min(1)
    .refine((token) => /^[!-~]+$/.test(token), 'may hold visible ASCII characters only')
    .describe('API token that may write to the bucket.')
    .meta({ secret: true }),
});

/** What may stand in a configuration file under `plugins.influx`. */
export const influxOptions = z.strictObject({
  url: httpAddress.describe('Address of InfluxDB; a path in it stands before that of the write API.'),
  v1: v1.nullable().default(null).describe('Write to InfluxDB 1, or to what speaks its API. Either this or `v2`.'),
  v2: v2.nullable().default(null).describe('Write to InfluxDB 2 or 3. Either this or `v1`.'),
  tls: tlsFiles.prefault({}).describe('Certificates for https.'),
  intervalMs: z.int().min(1_000).max(3_600_000).default(10_000).describe('How often points are taken, in ms.'),
  tags: z
    .record(z.string(), z.string().min(1).max(200))
    .refine(
      (tags) => Object.keys(tags).every((name) => /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/.test(name)),
      'must have keys of letters, digits, _ and -, beginning with a letter',
    )
    .refine((tags) => Object.keys(tags).length <= 16, 'may hold 16 tags at most')
    .default({})
    .describe('More tags of every point, such as a region; their values are the same for all.'),
  quality: z
    .boolean()
    .default(true)
    .describe(
      'Whether producers and consumers are sampled for score, loss, round trip time and jitter of each worker.',
    ),
  rooms: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Whether there are points for single rooms: each room is a series.'),
      max: z
        .int()
        .min(1)
        .max(1_000)
        .default(100)
        .describe('Rooms with points of their own: those with most peers. The others are left out, and counted.'),
    })
    .prefault({})
    .describe('Points for single rooms.'),
  events: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Whether events are written too, for annotations in dashboards.'),
      ...recordFilter.shape,
      minLevel: recordFilter.shape.minLevel
        .unwrap()
        .default('WARN')
        .describe('Least level of the events that are written.'),
    })
    .prefault({})
    .describe('Events as points of the measurement `sfu_event`.'),
  spool: spoolOptions
    .nullable()
    .default(null)
    .describe('Keeps points on disk while InfluxDB is away; null: in memory only.'),
  ...delivery,
});

export type InfluxOptions = z.output<typeof influxOptions>;
