import { z } from 'zod';
import { httpAddress, recordFilter, sinkOptions, spoolOptions, tlsFiles } from '../../core/index.js';

const OWN_LABELS = ['job', 'node', 'level', 'kind'];

const { inFlight: _, ...delivery } = sinkOptions.shape;

const extraLabels = z
  .record(z.string(), z.string().min(1).max(200))
  .refine(
    (labels) => Object.keys(labels).every((name) => /^(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,1023}$/.test(name)),
    'must have label names as keys: letters, digits and _, not beginning with a digit or __',
  )
  .refine(
    (labels) => Object.keys(labels).every((name) => !OWN_LABELS.includes(name)),
    `must not have the labels that every stream has already: ${OWN_LABELS.join(', ')}`,
  )
  .refine(
    (labels) => Object.keys(labels).length <= 11,
    'may hold 11 labels at most: Loki takes 15, and 4 are there already',
  );

const limits = z.strictObject({
  lineBytes: z
    .int()
    .min(256)
    .max(67_108_864)
    .default(262_144)
    .describe('Longest line in bytes (`max_line_size`); longer ones are cut, and counted.'),
  metadataBytes: z
    .int()
    .min(256)
    .max(67_108_864)
    .default(65_536)
    .describe(
      'Most bytes of structured metadata of one line (`max_structured_metadata_size`); what is beyond is left out, and counted.',
    ),
  metadataEntries: z
    .int()
    .min(8)
    .max(10_000)
    .default(128)
    .describe('Most entries of structured metadata of one line (`max_structured_metadata_entries_count`).'),
  maxAgeHours: z
    .number()
    .min(0.1)
    .max(87_600)
    .default(168)
    .describe('Lines older than this are not sent but counted, in hours (`reject_old_samples_max_age`).'),
});

/** What may stand in a configuration file under `plugins.loki`. */
export const lokiOptions = z.strictObject({
  url: httpAddress.describe(
    'Address of Loki, or of what stands before it; `/loki/api/v1/push` is added if it has no path.',
  ),
  tenant: z
    .string()

    .refine(
      (tenant) => /^(?!\.{1,2}$)[a-zA-Z0-9!_.*'()-]{1,150}$/.test(tenant),
      "may hold letters, digits and !-_.*'(), 150 at most",
    )
    .nullable()
    .default(null)
    .describe('Tenant that the lines belong to (`X-Scope-OrgID`); null: none is named.'),
  basicAuth: z
    .strictObject({
      user: z.string().min(1).describe('User name.'),
      password: z.string().min(1).describe('Password.').meta({ secret: true }),
    })
    .nullable()
    .default(null)
    .describe('Credentials for basic authorisation.'),
  bearerToken: z
    .string()
    .min(1)
    .refine((token) => /^[!-~]+$/.test(token), 'may hold visible ASCII characters only')
    .nullable()
    .default(null)
    .describe('Token that is sent as `Authorization: Bearer …`.')
    .meta({ secret: true }),
  tls: tlsFiles.prefault({}).describe('Certificates for https.'),
  job: z.string().min(1).max(200).default('sfuscope').describe('Value of the label `job`.'),
  labels: extraLabels
    .default({})
    .describe('More labels of every line, such as a region; their values are the same for all.'),
  line: z
    .enum(['text', 'json'])
    .default('text')
    .describe(
      '`text`: a sentence as the line, everything else as structured metadata, which takes Loki 3, or 2.9 with ' +
        '`allow_structured_metadata`. `json`: the whole record as the line.',
    ),
  ...recordFilter.shape,
  samples: z
    .boolean()
    .default(false)
    .describe('Whether samples are sent too, as JSON lines: some hundred bytes for every entity and tick.'),
  limits: limits.prefault({}).describe('Limits of this Loki; the defaults are its own.'),
  spool: spoolOptions
    .nullable()
    .default(null)
    .describe('Keeps lines on disk while Loki is away; null: in memory only.'),
  ...delivery,
});

export type LokiOptions = z.output<typeof lokiOptions>;
