import type { LaneStatus, MonitorStatus, PluginStatus, SamplingStatus } from '../../core/index.js';
import { builder } from '../builder.js';
import { monitorProblems } from '../derive/monitor-health.js';
import { WorkerRef } from '../refs.js';
import { EntityKindEnum } from './enums.js';

const PluginStateEnum = builder.enumType('PluginState', {
  description: 'State of a plugin.',
  values: {
    CREATED: { value: 'created', description: 'Made, not started.' },
    STARTING: { value: 'starting', description: 'Starting, or trying again to start.' },
    RUNNING: { value: 'running', description: 'Gets events and samples.' },
    SUSPENDED: { value: 'suspended', description: 'Failed or was slow too often; gets nothing for a while.' },
    STOPPING: { value: 'stopping', description: 'Delivers what it has buffered.' },
    STOPPED: { value: 'stopped', description: 'Has ended.' },
    FAILED: { value: 'failed', description: 'Could not start; the monitor goes on without it.' },
  } as const satisfies Record<string, { value: PluginStatus['state']; description: string }>,
});

export const HealthEnum = builder.enumType('PluginHealth', {
  description: 'How a plugin sees itself.',
  values: {
    OK: { value: 'ok', description: 'All is well.' },
    DEGRADED: { value: 'degraded', description: 'It works with less.' },
    FAILING: { value: 'failing', description: 'It does not work.' },
  } as const,
});

const PluginCounterRef = builder.objectRef<{ name: string; value: number }>('PluginCounter').implement({
  description: 'Something a plugin counts by itself.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What, in the words of the plugin.' }),
    value: t.exposeFloat('value', { description: 'How many since its start; a gauge where the plugin says so.' }),
  }),
});

export const PluginRef = builder.objectRef<PluginStatus>('Plugin').implement({
  description: 'One use of a plugin. Counters since its start.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name in this monitor.' }),
    state: t.field({ type: PluginStateEnum, description: 'State.', resolve: ({ state }) => state }),
    health: t.field({ type: HealthEnum, description: 'How it sees itself.', resolve: ({ health }) => health.status }),
    healthReason: t.string({
      nullable: true,
      description: 'Why it is not well; `null` when it is.',
      resolve: ({ health }) => (health.status === 'ok' ? null : health.reason),
    }),
    eventsDelivered: t.expose('eventsDelivered', { type: 'Counter', description: 'Events it was given.' }),
    eventsMissed: t.expose('eventsMissed', { type: 'Counter', description: 'Events it missed while suspended.' }),
    batchesDelivered: t.expose('batchesDelivered', {
      type: 'Counter',
      description: 'Batches of samples it was given.',
    }),
    errors: t.expose('errors', { type: 'Counter', description: 'Times it threw or rejected.' }),
    suspensions: t.expose('suspensions', { type: 'Counter', description: 'Times it was suspended.' }),
    slowestCallMs: t.exposeFloat('slowestCallMs', { description: 'Longest single call, ms.' }),
    lastError: t.exposeString('lastError', { nullable: true, description: 'Message of its last error.' }),
    counters: t.field({
      type: [PluginCounterRef],
      description: 'What it counts by itself; empty when it counts nothing.',
      resolve: ({ counters }) => Object.entries(counters ?? {}).map(([name, value]) => ({ name, value })),
    }),
  }),
});

const RequestsRef = builder.objectRef<SamplingStatus['requests']>('SamplingRequests').implement({
  description: 'Requests to the SFU since the start, by outcome.',
  fields: (t) => ({
    ok: t.expose('ok', { type: 'Counter', description: 'Answered.' }),
    timeout: t.expose('timeout', { type: 'Counter', description: 'Not answered in time.' }),
    closed: t.expose('closed', { type: 'Counter', description: 'The entity closed meanwhile.' }),
    error: t.expose('error', { type: 'Counter', description: 'Failed otherwise.' }),
    shed: t.expose('shed', { type: 'Counter', description: 'Not asked, for want of CPU budget.' }),
  }),
});

const SamplingRef = builder.objectRef<SamplingStatus>('Sampling').implement({
  description: 'How sampling of one kind does.',
  fields: (t) => ({
    kind: t.field({ type: EntityKindEnum, description: 'The kind.', resolve: ({ kind }) => kind }),
    open: t.exposeInt('open', { description: 'Open entities of it.' }),
    wanted: t.exposeBoolean('wanted', { description: 'Whether anybody wants it; otherwise it is not sampled.' }),
    coverage: t.exposeFloat('coverage', {
      nullable: true,
      description: 'Share of the open, unpaused entities sampled in the last tick, 0–1; `null` before the first.',
    }),
    sweepAgeMs: t.exposeFloat('sweepAgeMs', {
      nullable: true,
      description: 'Age of the oldest sample, ms: how long it takes to come round.',
    }),
    requests: t.expose('requests', { type: RequestsRef, description: 'Requests by outcome.' }),
  }),
});

const LaneRef = builder.objectRef<LaneStatus>('Lane').implement({
  description: 'Sampling of one worker, apart from the others.',
  fields: (t) => ({
    worker: t.field({
      type: WorkerRef,
      nullable: true,
      description: 'The worker.',
      resolve: ({ worker }, _args, { pin }) => pin.snapshot.find('worker', worker),
    }),
    inFlight: t.exposeInt('inFlight', { description: 'Requests not answered yet.' }),
    ticks: t.expose('ticks', { type: 'Counter', description: 'Turns of sampling.' }),
    ticksSkipped: t.expose('ticksSkipped', {
      type: 'Counter',
      description: 'Turns left out because the last one still ran, or the worker did not answer.',
    }),
    hung: t.exposeBoolean('hung', { description: 'Whether the worker does not answer.' }),
    lastTickMs: t.exposeFloat('lastTickMs', { nullable: true, description: 'How long the last turn took, ms.' }),
  }),
});

const DroppedRef = builder.objectRef<{ place: string; items: number }>('Dropped').implement({
  description: 'Items lost because somebody read too slowly.',
  fields: (t) => ({
    place: t.exposeString('place', { description: 'Where.' }),
    items: t.expose('items', { type: 'Counter', description: 'How many since the start.' }),
  }),
});

const SubscribersRef = builder.objectRef<MonitorStatus['subscribers']>('Subscribers').implement({
  description: 'Who listens now.',
  fields: (t) => ({
    graph: t.exposeInt('graph', { description: 'To changes of the graph.' }),
    events: t.exposeInt('events', { description: 'To events.' }),
    stats: t.exposeInt('stats', { description: 'To statistics.' }),
  }),
});

const MonitorStateEnum = builder.enumType('MonitorState', {
  description: 'State of the monitor.',
  values: {
    CREATED: { value: 'created', description: 'Made, not started.' },
    STARTING: { value: 'starting', description: 'Attaching to the SFU, starting plugins.' },
    RUNNING: { value: 'running', description: 'Watching.' },
    STOPPING: { value: 'stopping', description: 'Detached, stopping plugins.' },
    STOPPED: { value: 'stopped', description: 'Has ended.' },
  } as const,
});

export const MonitorStatusRef = builder.objectRef<MonitorStatus>('MonitorStatus').implement({
  description: 'The monitor about itself.',
  fields: (t) => ({
    healthy: t.boolean({
      description: 'Whether there are no problems.',
      resolve: (status) => monitorProblems(status).length === 0,
    }),
    problems: t.stringList({
      description:
        'What is wrong with it now, in sentences; empty when all is well. See also `blindSpots` and `dropped`.',
      resolve: monitorProblems,
    }),
    runId: t.exposeString('runId', { description: 'Names this run: ids and cursors of another run are refused.' }),
    state: t.field({ type: MonitorStateEnum, description: 'State.', resolve: ({ state }) => state }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When it started.' }),
    source: t.string({ description: 'What it watches.', resolve: ({ source }) => source.name }),
    sourceVersion: t.string({
      nullable: true,
      description: 'Version of what it watches.',
      resolve: ({ source }) => source.version,
    }),
    blindSpots: t.stringList({
      description: 'What it could not see, in sentences.',
      resolve: ({ source }) => source.blindSpots,
    }),
    seq: t.expose('seq', { type: 'Counter', description: 'Events so far.' }),
    entities: t.exposeInt('entities', { description: 'Open entities.' }),
    sampling: t.field({ type: [SamplingRef], description: 'Each sampled kind.', resolve: ({ sampling }) => sampling }),
    lanes: t.field({ type: [LaneRef], description: 'Each worker.', resolve: ({ lanes }) => lanes }),
    cpuShare: t.exposeFloat('cpuShare', {
      nullable: true,
      description:
        'CPU that sampling used in the last interval, as a share of one core, with what V8 did for it where that can be told.',
    }),
    cpuBudget: t.exposeFloat('cpuBudget', { description: 'CPU that sampling may use, as a share of one core.' }),
    longestTurnMs: t.exposeFloat('longestTurnMs', {
      nullable: true,
      description: "Longest time it held the SFU's event loop in the last minute, ms.",
    }),
    eventsPublished: t.field({
      type: 'Counter',
      description: 'Events published.',
      resolve: ({ events }) => events.published,
    }),
    eventBytes: t.float({ description: 'Memory of recent events, bytes.', resolve: ({ events }) => events.ringBytes }),
    eventBytesLimit: t.float({
      description: 'Memory recent events may take, bytes.',
      resolve: ({ events }) => events.ringCapacityBytes,
    }),
    pastSampleBytes: t.float({
      description: 'Memory of the remembered samples of watched entities, bytes.',
      resolve: ({ pastSamples }) => pastSamples.bytes,
    }),
    pastSampleBytesLimit: t.float({
      description: 'Memory those samples may take, bytes.',
      resolve: ({ pastSamples }) => pastSamples.capacityBytes,
    }),
    subscribers: t.expose('subscribers', { type: SubscribersRef, description: 'Who listens now.' }),
    dropped: t.field({
      type: [DroppedRef],
      description: 'Items lost because somebody read too slowly, by place.',
      resolve: ({ dropped }) => Object.entries(dropped).map(([place, items]) => ({ place, items })),
    }),
    plugins: t.field({
      type: [PluginRef],
      description: 'Its plugins, in order of start.',
      resolve: ({ plugins }) => plugins,
    }),
  }),
});
