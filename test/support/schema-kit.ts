import { createSourceEventStream, type ExecutionResult, type GraphQLError, parse, validate } from 'graphql';
import { EventHub } from '../../core/dispatch/event-hub.js';
import type {
  Alert,
  AlertBook,
  AlertChange,
  EntityKey,
  EntityKind,
  HostSample,
  Inspection,
  MonitorStatus,
  ReceiverStatus,
  ReceiverTest,
  RuleStatus,
  Silence,
} from '../../core/index.js';
import { Conflated, type Monitor } from '../../core/index.js';
import { DebugBook } from '../../core/record/debug-book.js';
import { RouteTable } from '../../core/routes.js';
import type { NodeState } from '../../core/source.js';
import { mapSource } from '../../server/subscription-source.js';
import { buildSchema, type ContextOptions, createContext, type SchemaOptions } from '../../schema/index.js';
import { executeBoth } from './both-executions.js';
import { GraphKit } from './graph-kit.js';
import { StubStats } from './stub-stats.js';

export type Data = Record<string, unknown>;
/** A path into the data of an answer is long enough to need no types on the way. */
export type Json = { readonly [key: string]: Json } & readonly Json[];

const schemas = new Map<number | undefined, ReturnType<typeof buildSchema>>();

/** The schema over a real graph and real events; statistics, alerts and the host are what the test says. */
export class SchemaKit {
  readonly hub = new EventHub({ historyBytes: 1_000_000 });
  readonly kit = new GraphKit({ publish: (event) => this.hub.publish(event) });
  readonly stats: StubStats;
  readonly alerts = new StubAlerts();
  readonly host = new Conflated<HostSample>();
  readonly watched: { key: EntityKey; seconds: number }[] = [];
  readonly debugBook = new DebugBook(this.kit.clock, (key) => this.kit.graph.get(key) !== undefined);
  status: Partial<MonitorStatus> = {};
  inspection: (key: EntityKey) => Promise<Inspection> = async () => ({ dump: {}, stats: [] });
  readonly monitor: Monitor;
  readonly #now = () => this.kit.clock.now();

  /** `stats`: others than the usual stand-in. */
  constructor(stats: StubStats = new StubStats()) {
    this.stats = stats;
    const { kit, hub, alerts, host } = this;
    const none = { bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0 };
    const monitor: Partial<Monitor> = {
      runId: kit.graph.runId,
      graph: kit.graph,
      events: hub,
      stats,
      alerts,
      host: { latest: null, inventory: null, extras: null, subscribe: (signal) => host.subscribe(signal) },
      routes: new RouteTable(),
      trafficTotals: { peer: () => null, room: () => ({ signalling: none, data: none }) },
      status: () => ({ ...QUIET, runId: kit.graph.runId, seq: kit.graph.seq, ...this.status }),
      drain: (reason) => {
        this.status = { ...this.status, draining: { since: kit.clock.now(), reason } };
      },
      resume: () => {
        this.status = { ...this.status, draining: null };
      },
      inspect: (key) => this.inspection(key),
      debug: (subject, seconds) => this.debugBook.debug(subject, seconds),
      watch: (key, seconds) => {
        this.watched.push({ key, seconds });
        return kit.clock.now() + seconds * 1000;
      },
    };
    this.monitor = Object.defineProperty(monitor as Monitor, 'debugged', { get: () => this.debugBook.list() });
  }

  change<K extends EntityKind>(kind: K, key: EntityKey, patch: Partial<NodeState<K>>): void {
    this.kit.graph.change(kind, key, patch, { type: 'entity.identified', data: { room: null, peer: null } });
  }

  /** Executes after validation, as a server does. Also compiled, which must say the same. */
  async execute(
    source: string,
    variables: Data = {},
    { maxCost, ...options }: ContextOptions & SchemaOptions = {},
  ): Promise<ExecutionResult> {
    const schema = schemaOf(maxCost);
    const document = parse(source);
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    const context = () => createContext(this.monitor, { scopes: ['read', 'control'], now: this.#now, ...options });
    return executeBoth({ schema, document, variableValues: variables }, context);
  }

  /** The data of an answer. Throws when it has errors. */
  async ask(source: string, variables: Data = {}, options: ContextOptions = {}): Promise<Json> {
    const { data, errors } = await this.execute(source, variables, options);
    if (errors) throw errors[0];
    return plain(data);
  }

  /** The first error of an answer. */
  async refusal(
    source: string,
    variables: Data = {},
    options: ContextOptions & SchemaOptions = {},
  ): Promise<GraphQLError> {
    const { errors } = await this.execute(source, variables, options);
    const error = errors?.[0];
    if (error === undefined) throw new Error('The operation was not refused.');
    return error;
  }

  /** Throws the error that refuses the subscription. Its messages are made also compiled, which must say the same. */
  async subscribe(
    source: string,
    variables: Data = {},
    options: ContextOptions = {},
  ): Promise<AsyncIterableIterator<ExecutionResult>> {
    const schema = schemaOf(undefined);
    const document = parse(source);
    const [invalid] = validate(schema, document);
    if (invalid) throw invalid;
    const context = () => createContext(this.monitor, { now: this.#now, ...options });
    const args = { schema, document, variableValues: variables, contextValue: context() };
    const messages = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in messages)) throw messages.errors?.[0] ?? new Error('no stream');
    return mapSource(messages, (rootValue) => executeBoth({ ...args, rootValue }, context));
  }
}

/** The next message of a subscription. Throws when it has errors, or when there is none. */
export async function message(stream: AsyncIterableIterator<ExecutionResult>): Promise<Json> {
  const { done, value } = await stream.next();
  if (done === true) throw new Error('The subscription has ended.');
  if (value.errors) throw value.errors[0];
  return plain(value.data);
}

function plain(data: unknown): Json {
  return JSON.parse(JSON.stringify(data)) as Json;
}

function schemaOf(maxCost: number | undefined): ReturnType<typeof buildSchema> {
  let schema = schemas.get(maxCost);
  if (schema === undefined) {
    schema = buildSchema(maxCost === undefined ? {} : { maxCost });
    schemas.set(maxCost, schema);
  }
  return schema;
}

/** An alert book the test writes into. */
export class StubAlerts implements AlertBook {
  readonly changes = new Conflated<AlertChange>();
  readonly alerts: Alert[] = [];
  readonly silenced: Silence[] = [];
  readonly ruleStatuses: RuleStatus[] = [];
  readonly receiverStatuses: ReceiverStatus[] = [];
  readonly replaced: (readonly unknown[])[] = [];

  active(): readonly Alert[] {
    return this.alerts;
  }

  get(id: string): Alert | undefined {
    return this.alerts.find((alert) => alert.id === id);
  }

  silences(): readonly Silence[] {
    return this.silenced;
  }

  acknowledge(id: string, by: string, comment: string): Alert | undefined {
    const index = this.alerts.findIndex((alert) => alert.id === id);
    const alert = this.alerts[index];
    if (alert === undefined) return undefined;
    const acknowledged = { ...alert, acknowledged: { at: 0, by, comment } };
    this.alerts[index] = acknowledged;
    return acknowledged;
  }

  silence(matcher: Silence['matcher'], seconds: number, by: string, comment: string): Silence {
    const silence = { id: `silence-${this.silenced.length + 1}`, matcher, until: seconds * 1000, by, comment };
    this.silenced.push(silence);
    return silence;
  }

  expireSilence(id: string): Silence | undefined {
    const index = this.silenced.findIndex((silence) => silence.id === id);
    return index === -1 ? undefined : this.silenced.splice(index, 1)[0];
  }

  rules(): readonly RuleStatus[] {
    return this.ruleStatuses;
  }

  replaceRules(rules: readonly unknown[]): readonly RuleStatus[] {
    this.replaced.push(rules);
    return this.ruleStatuses;
  }

  receivers(): readonly ReceiverStatus[] {
    return this.receiverStatuses;
  }

  async testReceiver(name: string): Promise<ReceiverTest | undefined> {
    const known = this.receiverStatuses.some((receiver) => receiver.name === name);
    return known ? { ok: true, detail: 'answered 200', durationMs: 12 } : undefined;
  }

  subscribe(signal?: AbortSignal): AsyncIterableIterator<AlertChange> {
    return this.changes.subscribe(signal);
  }
}

const QUIET: MonitorStatus = {
  runId: '',
  state: 'running',
  startedAt: 0,
  source: { name: 'mediasoup', version: '3.27.1', blindSpots: [], fastDecode: null },
  seq: 0,
  entities: 0,
  sampling: [],
  lanes: [],
  cpuShare: 0.01,
  cpuBudget: 0.1,
  longestTurnMs: 1,
  events: { published: 0, ringBytes: 0, ringCapacityBytes: 1_000_000 },
  pastSamples: { bytes: 0, capacityBytes: 0 },
  subscribers: { graph: 0, events: 0, stats: 0 },
  dropped: {},
  plugins: [],
  draining: null,
};
