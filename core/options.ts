import { z } from 'zod';
import { eventOptions } from './dispatch/event-options.js';
import { pluginHostOptions } from './dispatch/options.js';
import { graphOptions } from './graph/options.js';
import { hostOptions } from './host/options.js';
import { livenessOptions } from './liveness/options.js';
import { mediasoupOptions } from './mediasoup/options.js';
import { reportOptions } from './record/report-options.js';
import { recordOptions } from './record/options.js';
import { samplingOptions } from './sampling/options.js';
import { summaryOptions } from './summary/options.js';
import { trafficOptions } from './traffic/options.js';

/** Every option of a monitor that is plain data, by section. In a configuration file these are the keys at the top. */
export const monitorOptions = z.strictObject({
  sampling: samplingOptions.prefault({}).describe('How entities are sampled, and what that may cost.'),
  liveness: livenessOptions
    .prefault({})
    .describe('When something counts as stalled, starved, idle or never connected.'),
  events: eventOptions.prefault({}).describe('How much of the recent past of events is kept.'),
  host: hostOptions.prefault({}).describe('How the host is watched.'),
  traffic: trafficOptions.prefault({}).describe('How traffic of signalling and data channels is accounted.'),
  summaries: summaryOptions.prefault({}).describe('What is told of something that has ended.'),
  graph: graphOptions.prefault({}).describe('The entity graph.'),
  records: recordOptions.prefault({}).describe('What leaves this process in records: to logs, brokers and queues.'),
  reports: reportOptions.prefault({}).describe('What the application reports of its clients.'),
  attach: mediasoupOptions.prefault({}).describe('What is taken from mediasoup.'),
  pluginHost: pluginHostOptions.prefault({}).describe('Limits that hold for every plugin.'),
});

export type MonitorOptions = z.output<typeof monitorOptions>;
