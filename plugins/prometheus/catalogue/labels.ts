import { ALERT_CHANGES, ALERT_SEVERITIES, DROP_REASONS, SINK_CLASSES } from '../../../core/index.js';

/** What is known of a label: its values where they can be listed, and how many it may have. */
export interface LabelRule {
  readonly help: string;
  /** All values it can have. Counters with such labels alone are there from the start, at 0. */
  readonly values?: readonly string[];
  /** Values beyond this number become `__other__` and are counted. */
  readonly max: number;
}

const listed = <const V extends readonly string[]>(help: string, values: V): LabelRule & { readonly values: V } => ({
  help,
  values,
  max: values.length,
});

const open = (help: string, max: number): LabelRule => ({ help, max });

const KINDS = [
  'worker',
  'webrtc_server',
  'router',
  'transport',
  'producer',
  'consumer',
  'data_producer',
  'data_consumer',
  'rtp_observer',
] as const;

/** An update is no change of what an alert is, and comes often. */
const COUNTED_CHANGES = ALERT_CHANGES.filter((change) => change !== 'updated');

/** The one vocabulary of labels. None holds an id, except in the families of option `byId`. */
export const LABELS = {
  worker: open('Slot of the worker, from 0; a worker that replaces another takes its slot, and its series go on.', 64),
  entity: listed('Kind of entity.', KINDS),
  kind: listed('Kind of media.', ['audio', 'video']),
  codec: open('Last part of the MIME type, in lower case; `unknown` where it was not told.', 12),
  type: open(
    "mediasoup's own type: of a producer or consumer `simple`, `simulcast`, `svc` or `pipe`, of a data channel `sctp` or " +
      '`direct`, of an observer `activespeaker` or `audiolevel`.',
    8,
  ),
  transport: listed('Type of transport.', ['webrtc', 'plain', 'pipe', 'direct']),
  paused: listed('Who paused it.', ['none', 'self', 'producer']),
  direction: listed('Seen from the SFU.', ['in', 'out']),
  flow: listed('Which bytes: `total` is all of them, RTCP and data channels too.', [
    'total',
    'rtp',
    'rtx',
    'probation',
  ]),
  protocol: listed('Transport protocol.', ['udp', 'tcp']),
  ip_family: listed('Family of the local address.', ['ipv4', 'ipv6']),
  layer: listed('Spatial layer; `none` forwards nothing.', ['none', '0', '1', '2']),
  spatial_layer: listed('Spatial layer.', ['0', '1', '2']),
  change: listed('What became of the layers: more, fewer, or none at all.', ['up', 'down', 'off']),
  protocol_layer: listed('Which of its state machines.', ['ice', 'dtls', 'sctp']),
  ice_state: listed("mediasoup's ICE states.", ['new', 'connected', 'completed', 'disconnected', 'closed']),
  state: listed("mediasoup's states of DTLS and SCTP.", ['new', 'connecting', 'connected', 'failed', 'closed']),
  any_state: open("mediasoup's own state words.", 8),
  phase: listed('What was waited for.', ['ice', 'dtls']),
  reason: listed('Why it closed; `missed`: the close was not seen.', [
    'api',
    'parent',
    'producer',
    'router',
    'worker_closed',
    'worker_died',
    'webrtc_server',
    'missed',
  ]),
  log_level: listed('How grave; `omitted` are lines of any level that were too many in a second.', [
    'error',
    'warn',
    'omitted',
  ]),
  signal: open('Signal that ended the process; `exit` where there was none.', 16),
  mode: listed('Where the CPU time was spent.', ['user', 'system']),
  host_mode: listed('Where the CPU time was spent.', ['user', 'system', 'iowait', 'steal']),
  fault: listed('Whether it needed I/O.', ['minor', 'major']),
  switch: listed('Whether the worker waited, or had used up its time.', ['voluntary', 'involuntary']),
  dimension: listed('What is counted.', ['transports', 'producers', 'consumers']),
  scope: listed('Where the other end is.', ['same_host', 'remote']),
  source: listed('What moved it.', ['signalling', 'data']),
  memory: listed('Which memory.', ['total', 'available', 'swap_total', 'swap_free']),
  iface: open('Network interface.', 16),
  udp_error: listed('What went wrong with a datagram.', ['rcvbuf', 'sndbuf', 'in', 'noport']),
  statistic: listed('Statistic over the last interval.', ['p50', 'p99', 'max']),
  sampled: listed('Kind of entity that has statistics.', [
    'worker',
    'transport',
    'producer',
    'consumer',
    'data_producer',
    'data_consumer',
  ]),
  result: listed('What became of the request; `shed`: not asked, for want of budget.', [
    'ok',
    'timeout',
    'closed',
    'error',
    'shed',
  ]),
  plugin: open('Name of the plugin.', 32),
  delivery: listed('What was delivered.', ['events', 'batches']),
  item_class: listed('`durable`: events and summaries; `latest`: samples.', SINK_CLASSES),
  drop_reason: listed('Why it was lost.', DROP_REASONS),
  topic: listed('What is subscribed to.', ['graph', 'events', 'stats']),
  where: open('Where it was dropped.', 16),
  rule: open('Name of the rule of an alert, or of the condition where no rules are in use.', 256),
  severity: listed('How much an alert matters.', ALERT_SEVERITIES),
  alert_state: listed('How far an alert has come.', ['pending', 'firing']),
  alert_change: listed('What became of an alert.', COUNTED_CHANGES),
  metric: open('Name of the metric.', 256),
  collector: open('Part of the exporter that failed, or `registry:` and the name of a metric of the application.', 64),
  version: open('Version.', 4),
  room: open('Room; option `rooms.max` says how many.', Number.POSITIVE_INFINITY),
} as const satisfies Readonly<Record<string, LabelRule>>;

/** A name in the vocabulary. */
export type LabelName = keyof typeof LABELS;

/** Names in the vocabulary that mean the same under one label in the exposition, so that a query needs only one. */
const SHOWN_AS: Partial<Record<LabelName, string>> = {
  log_level: 'level',
  ice_state: 'state',
  any_state: 'state',
  protocol_layer: 'layer',
  spatial_layer: 'layer',
  host_mode: 'mode',
  fault: 'type',
  switch: 'type',
  udp_error: 'type',
  memory: 'state',
  sampled: 'entity',
  delivery: 'item',
  item_class: 'class',
  drop_reason: 'reason',
  alert_change: 'state',
  alert_state: 'state',
  change: 'direction',
};

/** The label as it is exposed. */
export function shownLabel(name: LabelName): string {
  return SHOWN_AS[name] ?? name;
}

/** Whether it has a cap that values can exceed. */
export function canOverflow(name: LabelName): boolean {
  const { values, max }: LabelRule = LABELS[name];
  return values === undefined && max !== Number.POSITIVE_INFINITY;
}
