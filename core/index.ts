export {
  type Acknowledgement,
  type Alert,
  ALERT_CHANGES,
  ALERT_SEVERITIES,
  ALERT_STATES,
  type AlertAnnotations,
  type AlertChange,
  type AlertDraft,
  type AlertExample,
  type AlertSeverity,
  type AlertState,
  type AlertVerdict,
  type ResolveCause,
  VERDICT_SIDES,
} from './alerts/alert.js';
export type { AlertBook, ReceiverStatus, ReceiverTest, RuleStatus } from './alerts/alert-book.js';
export type { AlertDesk, AlertRaiser, AlertReceiver, Registration, RuleKeeper } from './alerts/alert-desk.js';
export { type AlertName, ALERTS } from './alerts/built-in.js';
export { fingerprint } from './alerts/fingerprint.js';
export { checkMatcher, labelMatches } from './alerts/label-matcher.js';
export { type LabelMatcher, MATCH_OPERATORS, type Silence, type SilenceMatcher } from './alerts/silence.js';
export type { Clock, Timer } from './clock.js';
export type { Draining, DrainSwitch } from './drain.js';
export { systemClock } from './clock.js';
export { withDeadline } from './deadline.js';
export { type CreateMonitorOptions, createMonitor } from './create-monitor.js';
export { Backoff, type BackoffOptions } from './dispatch/backoff.js';
export { Conflated } from './dispatch/conflated.js';
export type { EventFilter, EventItem, EventReader, RecentQuery } from './dispatch/event-reader.js';
export { Mailbox, type Overflow } from './dispatch/mailbox.js';
export { SignalIterator } from './dispatch/signal-iterator.js';
export { type TwoStep, twoStep } from './dispatch/two-step.js';
export { errorText } from './error-text.js';
export { ERRORS, type ErrorCode, type ErrorSeverity, MonitorError } from './errors.js';
export { decodeToken, encodeToken, entityId } from './global-id.js';
export type { FollowOptions, GraphReader } from './graph/graph-reader.js';
export type { NodeRows } from './graph/node-rows.js';
export type {
  HostExtras,
  HostInventory,
  HostReader,
  HostSample,
  NetworkInterfaceSample,
} from './host/host-reader.js';
export { type Identify, type IdentifyInput, type IdentifyResult, identifyByAppData } from './identify.js';
export { consoleLogger, LOG_LEVELS, type Logger, type LogLevel } from './logger.js';
export * from './model/entity.js';
export { EVENT_TEXTS, eventMessage } from './model/event-texts.js';
export type {
  BlastRadius,
  EventMap,
  EventType,
  MonitorEvent,
  MonitorEventOf,
  Severity,
} from './model/events.js';
export { SEVERITIES } from './model/events.js';
export type * from './model/summaries.js';
export {
  type AnySampleBatch,
  type Columns,
  type FieldInfo,
  type FieldOf,
  type FieldType,
  SAMPLE_FIELDS,
  SAMPLED_KINDS,
  type SampleBatch,
  type SampledKind,
  type StreamSample,
  type TrafficTotals,
} from './model/samples.js';
export type { FollowMessage, GraphDelta, GraphSnapshot, PeerEntry, RoomEntry } from './model/snapshot.js';
export { type MonitorOptions, monitorOptions } from './options.js';
export type { Monitor } from './monitor.js';
export type { LaneStatus, MonitorStatus, SamplingStatus } from './monitor-status.js';
export {
  definePlugin,
  type Interest,
  type MonitorPlugin,
  PLUGIN_API_VERSION,
  type PluginDefinition,
  type PluginHealth,
  type PluginState,
  type PluginStatus,
  type PluginUse,
  use,
} from './plugin.js';
export type { DebugEntry, DebugSubject } from './record/debug-book.js';
export type { Reporter } from './record/peer-reports.js';
export type { RecordMaker } from './record/record-maker.js';
export {
  type JsonValue,
  RECORD_LEVELS,
  RECORD_SCHEMA,
  type RecordClass,
  type RecordEntity,
  type RecordLevel,
  type SfuRecord,
} from './record/record.js';
export type { Demand, Lease, PastSample, RowReader, StatsReader, TotalsScope } from './sampling/stats-reader.js';
export type {
  EventInput,
  FastDecodeStatus,
  GraphWriter,
  Inspection,
  NodeState,
  OpenRequest,
  Reading,
  ReadingReceiver,
  Source,
  StreamReading,
} from './source.js';
export type { PluginRoute, RouteReader, RouteRegistry } from './routes.js';
export {
  ALERT_BOOK,
  ALERT_DESK,
  CLOCK,
  DRAIN,
  EVENTS,
  GRAPH,
  HOST,
  LOGGER,
  OPTIONS,
  PLUGIN_NAME,
  RECORDS,
  ROUTES,
  STATS,
  STATUS,
  TRAFFIC,
} from './tokens.js';
export type { Direction, TrafficCount, TrafficMeter, TrafficReader } from './traffic/traffic-meter.js';
export { inject, injectable } from './container.js';
export { maskAddresses } from './mask-addresses.js';
export { nearestName } from './nearest-name.js';
export { checkOptions, optionsError, parseOptions } from './option-errors.js';
export { describeOptions, type OptionRow } from './option-rows.js';
export { maskSecrets } from './secrets.js';
export { createSink } from './dispatch/sink.js';
export type { PushOptions, Sink, SinkBatch, SinkCodec, SinkGap, SinkOptions } from './dispatch/sink-api.js';
export { DROP_REASONS, type DropReason, SINK_CLASSES, type SinkClass, type SinkStats } from './dispatch/sink-counts.js';
export { type SpoolOptions, spoolOptions } from './spool/spool-options.js';
export { SinkError } from './dispatch/sink-error.js';
export { type SinkTuning, sinkOptions } from './dispatch/sink-options.js';
export { basicAuthorization, type HttpAnswer, HttpPost, type HttpPostOptions, type HttpTls } from './http/http-post.js';
export { deliverInParts } from './http/deliver-in-parts.js';
export { httpAddress } from './http/http-address.js';
export { httpRefusal } from './http/http-refusal.js';
export { readTls, tlsFiles } from './http/tls-files.js';
export { RecordFilter, recordFilter } from './record/record-filter.js';
export { signatureHeaders, signingKey } from './http/standard-webhooks.js';
