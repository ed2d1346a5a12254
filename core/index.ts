export type { Alert, AlertBook, AlertChange, AlertName, Silence, SilenceMatcher } from './alert.js';
export { ALERTS } from './alert.js';
export type { Clock, Timer } from './clock.js';
export { systemClock } from './clock.js';
export { type CreateMonitorOptions, createMonitor } from './create-monitor.js';
export { Conflated } from './dispatch/conflated.js';
export type { EventFilter, EventItem, EventReader, RecentQuery } from './dispatch/event-reader.js';
export { Mailbox, type Overflow } from './dispatch/mailbox.js';
export { SignalIterator } from './dispatch/signal-iterator.js';
export { ERRORS, type ErrorCode, type ErrorSeverity, MonitorError } from './errors.js';
export { decodeToken, encodeToken, entityId } from './global-id.js';
export type { FollowOptions, GraphReader } from './graph/graph-reader.js';
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
export type {
  BlastRadius,
  EventMap,
  EventType,
  MonitorEvent,
  MonitorEventOf,
  Severity,
} from './model/events.js';
export { SEVERITIES } from './model/events.js';
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
export type { Demand, Lease, PastSample, StatsReader, TotalsScope } from './sampling/stats-reader.js';
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
export { ALERT_BOOK, CLOCK, EVENTS, GRAPH, HOST, LOGGER, OPTIONS, ROUTES, STATS, STATUS, TRAFFIC } from './tokens.js';
export type { Direction, TrafficCount, TrafficMeter, TrafficReader } from './traffic/traffic-meter.js';
export { inject, injectable } from './container.js';
export { nearestName } from './nearest-name.js';
export { checkOptions, optionsError, parseOptions } from './option-errors.js';
export { describeOptions, type OptionRow } from './option-rows.js';
export { maskSecrets } from './secrets.js';
export { createSink, type Sink, type SinkBatch, type SinkOptions } from './dispatch/sink.js';
export { type BufferedItem, MemoryBuffer, type SinkBuffer } from './dispatch/sink-buffer.js';
export { DROP_REASONS, type DropReason, type SinkStats } from './dispatch/sink-counts.js';
export { SinkError } from './dispatch/sink-error.js';
export { type SinkTuning, sinkOptions } from './dispatch/sink-options.js';
