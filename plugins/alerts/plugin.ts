import {
  type Alert,
  ALERT_BOOK,
  ALERT_DESK,
  type AlertBook,
  type AlertDesk,
  type AlertDraft,
  type AlertRaiser,
  type AnySampleBatch,
  CLOCK,
  type Clock,
  definePlugin,
  DRAIN,
  type DrainSwitch,
  GRAPH,
  type GraphReader,
  HOST,
  type HostReader,
  inject,
  injectable,
  LOGGER,
  type Logger,
  type MonitorEvent,
  type MonitorPlugin,
  type MonitorStatus,
  OPTIONS,
  PLUGIN_API_VERSION,
  type PluginHealth,
  type Registration,
  STATS,
  type StatsReader,
  STATUS,
  type Timer,
} from '../../core/index.js';
import { Actions } from './actions/actions.js';
import { Engine } from './engine/engine.js';
import { Subject } from './engine/subject.js';
import { HostRates } from './fields/host-rates.js';
import { Tallies } from './fields/tallies.js';
import { Windows } from './fields/windows.js';
import { type AlertsOptions, alertsOptions } from './options.js';
import { RuleSet } from './rules/rule-set.js';
import { FlapGuard } from './state/flap-guard.js';
import { type SavedState, type StateEntry, StateFile } from './state/state-file.js';
import { Track } from './state/track.js';

export type { OnAlert, OnAlertCall } from './actions/options.js';

const NAME = 'alerts';

/** Raises alerts by rules. See docs/alerts.md. */
@injectable()
export class AlertsPlugin implements MonitorPlugin {
  readonly #options: AlertsOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #book: AlertBook;
  readonly #desk: AlertDesk;
  readonly #graph: GraphReader;
  readonly #world: ConstructorParameters<typeof Engine>[0]['world'];
  readonly #abort = new AbortController();
  readonly #file: StateFile | null;
  readonly #actions: Actions;
  #raiser: AlertRaiser | undefined;
  #follower: Registration | undefined;
  #engine: Engine | undefined;
  #rules: RuleSet | undefined;
  #grace: Timer | null = null;
  /** Alerts of before a restart whose entity or rule is gone, with why they end. */
  #gone: { readonly id: string; readonly cause: 'vanished' | 'ruleChanged' }[] = [];

  constructor(
    @inject(OPTIONS) options: AlertsOptions,
    @inject(LOGGER) logger: Logger,
    @inject(CLOCK) clock: Clock,
    @inject(GRAPH) graph: GraphReader,
    @inject(STATS) stats: StatsReader,
    @inject(HOST) host: HostReader,
    @inject(STATUS) status: () => MonitorStatus,
    @inject(ALERT_BOOK) book: AlertBook,
    @inject(ALERT_DESK) desk: AlertDesk,
    @inject(DRAIN) drain: DrainSwitch,
  ) {
    this.#options = options;
    this.#logger = logger;
    this.#clock = clock;
    this.#book = book;
    this.#desk = desk;
    this.#graph = graph;
    this.#world = {
      graph,
      stats,
      host,
      status,
      hostRates: new HostRates(),
      tallies: new Tallies(),
      windows: new Windows(() => clock.monotonic()),
      now: () => clock.now(),
    };
    this.#actions = new Actions({ options, clock, book, desk, drain });
    const { stateFile } = options;
    this.#file =
      stateFile === undefined ? null : new StateFile({ path: stateFile, clock, logger, state: () => this.#state() });
  }

  async start(): Promise<void> {
    const { defaults, disabled, rules, flapGuard, maxAlertsPerRule } = this.#options;
    this.#rules = new RuleSet(await import('@marcbachmann/cel-js'), { defaults, disabled }, `plugins.${NAME}`);
    const ready = this.#rules.ready(rules);
    const saved = (await this.#file?.load()) ?? null;
    const raiser = this.#desk.raiser(NAME, {
      rules: () => this.#engine?.statuses() ?? [],
      replaceRules: (given) => this.#replaceRules(given),
    });
    this.#raiser = raiser;
    this.#engine = new Engine({
      world: this.#world,
      clock: this.#clock,
      raiser,
      flapGuard: new FlapGuard(flapGuard),
      maxAlerts: maxAlertsPerRule,
    });
    this.#engine.use(ready);
    if (saved !== null) this.#restore(saved, raiser, this.#engine);
    if (this.#file !== null) {
      this.#follower = this.#desk.follow(({ change }) => {
        if (change !== 'pending') this.#file?.changed();
      });
    }
    this.#actions.begin();
    void this.#followHost();
  }

  onEvents(events: readonly MonitorEvent[]): void {
    this.#engine?.observe(events);
    // Only now does everybody listen who tells others of it.
    if (events.some(({ type }) => type === 'monitor.started')) this.#endGone();
  }

  onSamples(batch: AnySampleBatch): void {
    this.#engine?.observeBatch(batch);
  }

  async flush(): Promise<void> {
    if (this.#engine !== undefined) await this.#file?.save();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#grace?.cancel();
    this.#engine?.stop();
    await this.#actions.stop();
    this.#follower?.release();
    this.#follower = undefined;
    // Without a start that got so far, the file is still that of the last process.
    if (this.#engine !== undefined) await this.#file?.save();
    this.#raiser?.release();
    this.#raiser = undefined;
    this.#engine = undefined;
  }

  health(): PluginHealth {
    const disabled = this.#engine?.statuses().filter(({ disabledBecause }) => disabledBecause !== null) ?? [];
    if (disabled.length > 0) {
      return { status: 'degraded', reason: `rules are disabled: ${disabled.map(({ name }) => name).join(', ')}` };
    }
    return this.#file?.hasFailed === true
      ? { status: 'degraded', reason: 'the state file cannot be written' }
      : { status: 'ok' };
  }

  counters(): Readonly<Record<string, number>> {
    const statuses = this.#engine?.statuses() ?? [];
    return {
      rules: statuses.length,
      suppressedAlerts: statuses.reduce((sum, { suppressed }) => sum + suppressed, 0),
      missedEvents: this.#engine?.missed ?? 0,
      overtakenEvaluations: this.#engine?.overtaken ?? 0,
      ...this.#actions.counters(),
    };
  }

  #replaceRules(given: readonly unknown[]): void {
    if (this.#rules === undefined || this.#engine === undefined) return;
    this.#engine.use(this.#rules.parse(given));
    this.#logger.info('alert rules replaced', { rules: this.#engine.rules.length });
  }

  async #followHost(): Promise<void> {
    const { host, hostRates } = this.#world;
    for await (const sample of host.subscribe(this.#abort.signal)) {
      hostRates.observe(sample);
      this.#engine?.observeHost();
    }
  }

  #restore({ firing }: SavedState, raiser: AlertRaiser, engine: Engine): void {
    const byDefinition = new Map(engine.rules.map((rule) => [rule.ready.definition, rule]));
    for (const entry of firing) {
      raiser.put(draftOf(entry));
      const rule = byDefinition.get(entry.definition);
      // Entities do not outlive the process; a key that comes back means another.
      if (rule === undefined) this.#gone.push({ id: entry.alert.id, cause: 'ruleChanged' });
      else if (entry.alert.entity !== null) this.#gone.push({ id: entry.alert.id, cause: 'vanished' });
      else rule.restore(subjectOf(entry, this.#clock.monotonic()));
    }
    this.#grace = this.#clock.setTimeout(() => this.#engine?.endUnconfirmed(), this.#options.restartGraceMs);
  }

  #endGone(): void {
    for (const { id, cause } of this.#gone) this.#raiser?.resolve(id, cause);
    this.#gone = [];
  }

  #state(): SavedState {
    const gone = new Set(this.#gone.map(({ id }) => id));
    const firing: StateEntry[] = [];
    for (const rule of this.#engine?.rules ?? []) {
      for (const { key, track } of rule.subjects) {
        const alert = track.phase === 'firing' ? this.#book.get(`${rule.ready.rule.name}:${key}`) : undefined;
        if (alert !== undefined && !gone.has(alert.id)) firing.push(entryOf(alert, rule.ready.definition, key));
      }
    }
    // Their end has not been told yet.
    for (const id of gone) {
      const alert = this.#book.get(id);
      if (alert !== undefined) firing.push(entryOf(alert, '', ''));
    }
    return { runId: this.#graph.runId, firing };
  }
}

function entryOf(alert: Alert, definition: string, subject: string): StateEntry {
  const {
    id,
    name,
    severity,
    labels,
    annotations,
    entity,
    room,
    peer,
    worker,
    since,
    firingSince,
    value,
    acknowledged,
  } = alert;
  const said = { id, name, severity, labels, annotations, entity, room, peer, worker, since, value, acknowledged };
  return { definition, subject, alert: { ...said, firingSince: firingSince ?? since } } as StateEntry;
}

function draftOf({ alert }: StateEntry): AlertDraft {
  return { ...(alert as Alert), state: 'firing', examples: [], verdict: null, query: null, carriedOver: true };
}

function subjectOf({ subject: key, alert }: StateEntry, now: number): Subject {
  const { room, peer, since, firingSince } = alert;
  const subject = new Subject(key, { entity: null, worker: null, room, peer, event: null });
  subject.since = since;
  subject.firingSince = firingSince;
  subject.track = Track.firing(now);
  return subject;
}

export default definePlugin({
  name: NAME,
  apiVersion: PLUGIN_API_VERSION,
  options: alertsOptions,
  interest: { events: 'all', samples: 'all' },
  plugin: AlertsPlugin,
});
