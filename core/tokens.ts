import type { InjectionToken } from 'tsyringe';
import type { AlertBook } from './alerts/alert-book.js';
import type { AlertDesk } from './alerts/alert-desk.js';
import type { Clock } from './clock.js';
import type { DrainSwitch } from './drain.js';
import type { EventReader } from './dispatch/event-reader.js';
import type { GraphReader } from './graph/graph-reader.js';
import type { HostReader } from './host/host-reader.js';
import type { Logger } from './logger.js';
import type { MonitorStatus } from './monitor-status.js';
import type { RecordMaker } from './record/record-maker.js';
import type { RouteRegistry } from './routes.js';
import type { StatsReader } from './sampling/stats-reader.js';
import type { TrafficReader } from './traffic/traffic-meter.js';

/** The plugin's own parsed options. */
export const OPTIONS: InjectionToken<unknown> = Symbol('sfuscope.options');
/** Name of this use of the plugin: a text, unique in one monitor. */
export const PLUGIN_NAME: InjectionToken<string> = Symbol('sfuscope.pluginName');
/** A logger that names the plugin on every line. */
export const LOGGER: InjectionToken<Logger> = Symbol('sfuscope.logger');
export const CLOCK: InjectionToken<Clock> = Symbol('sfuscope.clock');
export const GRAPH: InjectionToken<GraphReader> = Symbol('sfuscope.graph');
export const STATS: InjectionToken<StatsReader> = Symbol('sfuscope.stats');
export const EVENTS: InjectionToken<EventReader> = Symbol('sfuscope.events');
export const HOST: InjectionToken<HostReader> = Symbol('sfuscope.host');
export const TRAFFIC: InjectionToken<TrafficReader> = Symbol('sfuscope.traffic');
export const ALERT_BOOK: InjectionToken<AlertBook> = Symbol('sfuscope.alerts');
/** For a plugin that raises alerts or tells somebody of them. */
export const ALERT_DESK: InjectionToken<AlertDesk> = Symbol('sfuscope.alertDesk');
/** Says that this node shall get no new work. */
export const DRAIN: InjectionToken<DrainSwitch> = Symbol('sfuscope.drain');
/** Where the plugin offers paths of its own to whoever serves HTTP. */
export const ROUTES: InjectionToken<RouteRegistry> = Symbol('sfuscope.routes');
/** Makes of events and samples the records that leave this process. */
export const RECORDS: InjectionToken<RecordMaker> = Symbol('sfuscope.records');
/** A function that gives the monitor's view of itself. */
export const STATUS: InjectionToken<() => MonitorStatus> = Symbol('sfuscope.status');
