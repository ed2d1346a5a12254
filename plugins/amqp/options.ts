import { z } from 'zod';
import { recordFilter, sinkOptions, spoolOptions } from '../../core/index.js';

const { capacity, capacityBytes, overflow } = sinkOptions.shape;

/** Names of AMQP are short strings: 255 bytes. */
const name = z.string().min(1).max(200);
/** PEM text, or the path of a file that holds it. */
const pem = z.string().min(1).max(1_000_000);

const tls = z.strictObject({
  ca: pem
    .optional()
    .describe('Certificates of the authorities to trust, as PEM text or a path; else those of Node.js.'),
  cert: pem.optional().describe('Certificate of this client for mutual TLS, as PEM text or a path.'),
  key: pem.meta({ secret: true }).optional().describe('Its private key, as PEM text or a path.'),
  passphrase: z.string().max(1_000).meta({ secret: true }).optional().describe('Passphrase of that key.'),
  servername: z
    .string()
    .max(253)
    .optional()
    .describe("Name the broker's certificate must have; else the host of the URL."),
  rejectUnauthorized: z
    .boolean()
    .default(true)
    .describe("Whether a broker's certificate that nobody vouches for is refused."),
});

const exchange = z.strictObject({
  name: name.default('sfuscope').describe('Topic exchange that records are published to.'),
  declare: z
    .enum(['active', 'passive'])
    .default('active')
    .describe('active: create it when it is missing. passive: it must exist.'),
});

const queue = z.strictObject({
  name: name.describe('Queue to create and to bind to the exchange.'),
  type: z.enum(['quorum', 'classic']).default('quorum').describe('Kind of queue; both are durable.'),
  bindingKeys: z.array(z.string().max(255)).min(1).max(100).default(['#']).describe('Which routing keys it receives.'),
});

const reconnect = z.strictObject({
  initialMs: z.int().min(10).max(600_000).default(200).describe('Wait before the first new attempt, in ms.'),
  maxMs: z.int().min(10).max(3_600_000).default(15_000).describe('Longest wait between two attempts, in ms.'),
  factor: z.number().min(1).max(10).default(2).describe('By how much the wait grows with every attempt.'),
  jitter: z.number().min(0).max(1).default(0.5).describe('Share of the wait that is random, 0 to 1.'),
});

export const amqpOptions = z.strictObject({
  url: z
    .url({ protocol: /^amqps?$/ })
    .max(2_000)
    .default('amqp://127.0.0.1:5672')
    .describe('Broker: amqp:// or amqps://, host, port, and the virtual host as its path (percent-encoded).'),
  username: z.string().max(255).optional().describe('User name; else that of the URL, else guest.'),
  password: z
    .string()
    .max(1_000)
    .meta({ secret: true })
    .optional()
    .describe('Password; else that of the URL, else guest.'),
  vhost: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('Virtual host as it is called; else the path of the URL, else /.'),
  auth: z
    .enum(['plain', 'external'])
    .default('plain')
    .describe('plain: user name and password. external: the broker takes the name from the certificate of mutual TLS.'),
  tls: tls.prefault({}).describe('For amqps:// only. Files are read anew at every attempt to connect.'),
  exchange: exchange.prefault({}).describe('Where records go.'),
  queue: queue
    .nullable()
    .default(null)
    .describe('A queue to bind to the exchange; null leaves queues to whoever consumes.'),
  routingPrefix: z
    .string()
    .regex(/^[\w-]{1,32}$/)
    .default('sfu')
    .describe('First word of every routing key: <prefix>.<node>.<kind>.<event>.'),
  mandatory: z
    .boolean()
    .default(true)
    .describe('Whether the broker tells of events that no queue received, so that they are counted.'),
  format: z
    .enum(['envelope', 'gelf'])
    .default('envelope')
    .describe("envelope: the JSON record. gelf: GELF 1.1, for Graylog's AMQP input."),
  ...recordFilter.shape,
  samples: z
    .boolean()
    .default(true)
    .describe('Whether samples are sent too: one message for each kind, worker and tick. They are polled for it.'),
  maxMessageBytes: z
    .int()
    .min(1_024)
    .max(134_217_728)
    .default(4_194_304)
    .describe('A larger record is not sent but counted. RabbitMQ has a limit of its own, 134217728 unless configured.'),
  heartbeatSeconds: z
    .int()
    .min(1)
    .max(600)
    .default(10)
    .describe('A broker that sends nothing for two to three of these counts as gone.'),
  connectTimeoutMs: z
    .int()
    .min(100)
    .max(120_000)
    .default(10_000)
    .describe('How long one attempt to connect may take, in ms, declarations included.'),
  confirmTimeoutMs: z
    .int()
    .min(1_000)
    .max(600_000)
    .default(45_000)
    .describe('How long the broker may take to confirm messages before the connection is made anew, in ms.'),
  reconnect: reconnect.prefault({}).describe('Waits between attempts to connect.'),
  maxAgeMs: z.int().min(0).max(10_000).default(20).describe('How long a record may wait for company, in ms.'),
  capacity,
  capacityBytes,
  overflow,
  spool: spoolOptions
    .nullable()
    .default(null)
    .describe('Folder for events while the broker is away; null keeps them in memory only.'),
});

export type AmqpOptions = z.output<typeof amqpOptions>;
