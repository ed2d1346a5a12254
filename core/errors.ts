/** What an error means for the monitor: refuse to start, do without a plugin, or go on watching with less. */
export type ErrorSeverity = 'config' | 'plugin' | 'engine';

/** Every error code with its severity and what to do about it. docs/errors.md lists the same. */
export const ERRORS = {
  SFUSCOPE_OPTIONS_INVALID: { severity: 'config', advice: 'Correct what is named.' },
  SFUSCOPE_SOURCE_INVALID: {
    severity: 'config',
    advice: "Pass the application's own mediasoup module: createMonitor({ mediasoup }).",
  },
  SFUSCOPE_STATE: {
    severity: 'config',
    advice: 'A monitor starts once and stops once; create a new one to start again.',
  },
  SFUSCOPE_PLUGIN_DUPLICATE: {
    severity: 'config',
    advice: 'Give the second use a name of its own: use(plugin, options, name).',
  },
  SFUSCOPE_PLUGIN_NAME: {
    severity: 'config',
    advice: 'Use lower-case letters, digits and single hyphens, and a colon before the label of a second use.',
  },
  SFUSCOPE_PLUGIN_API_VERSION: {
    severity: 'config',
    advice: 'Install versions of sfuscope and the plugin that belong together.',
  },
  SFUSCOPE_PLUGIN_ORDER: {
    severity: 'config',
    advice: 'Correct `startsAfter`: it must name plugins in use, without a circle.',
  },
  SFUSCOPE_PLUGIN_CONSTRUCT: { severity: 'plugin', advice: 'The plugin threw while it was made; see the cause.' },
  SFUSCOPE_PLUGIN_START: { severity: 'plugin', advice: 'The plugin failed to start; see the cause.' },
  SFUSCOPE_PLUGIN_START_TIMEOUT: {
    severity: 'plugin',
    advice: 'Is what it connects to reachable? Raise pluginHost.startTimeoutMs if it only needs longer.',
  },
  SFUSCOPE_PLUGIN_STOP: {
    severity: 'plugin',
    advice: 'The plugin failed to flush or stop; what it had buffered may be lost.',
  },
  SFUSCOPE_LISTEN: {
    severity: 'config',
    advice: 'Choose another server.port (0 takes a free one) or server.host, or stop what holds it.',
  },
  SFUSCOPE_ALERTS: {
    severity: 'config',
    advice: 'One plugin raises alerts, each receiver has a name of its own, and rules need the plugin alerts.',
  },
  SFUSCOPE_INSPECT_TIMEOUT: { severity: 'engine', advice: 'The worker did not answer in time; it may hang.' },
  SFUSCOPE_ENTITY_UNKNOWN: { severity: 'engine', advice: 'The entity has closed or never existed in this run.' },
} as const satisfies Record<string, { severity: ErrorSeverity; advice: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** Every error this project throws. The message says what happened, to whom and what to do. */
export class MonitorError extends Error {
  override readonly name = 'MonitorError';
  readonly code: ErrorCode;
  readonly severity: ErrorSeverity;
  /** The plugin it happened to, if one. */
  readonly plugin: string | undefined;

  constructor(code: ErrorCode, message: string, options: { plugin?: string; cause?: unknown } = {}) {
    super(
      `${message}${message.endsWith('\n') ? '' : ' '}${ERRORS[code].advice}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.severity = ERRORS[code].severity;
    this.plugin = options.plugin;
  }
}
