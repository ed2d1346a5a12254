import type {
  AnySampleBatch,
  Clock,
  EntityNode,
  MonitorEvent,
  ResolveCause,
  RuleStatus,
  SampledKind,
  Timer,
} from '../../../core/index.js';
import { SAMPLED_KINDS } from '../../../core/index.js';
import { FALSE, TRUE, UNKNOWN } from '../condition/truth.js';
import { Cursor, type World } from '../fields/cursor.js';
import type { Scope } from '../fields/scopes.js';
import { TALLY_FIELDS } from '../fields/whole-fields.js';
import type { ReadyRule } from '../rules/ready-rule.js';
import { ActiveRule, type RuleSurroundings } from './active-rule.js';
import { type Rows, rowsOf, scanRows } from './rows.js';
import { SLICE_MS, Slices } from './slices.js';
import type { Subject } from './subject.js';

/** Rows looked at before the time is looked at. */
const STEP = 1_024;
/** Most subjects judged between two looks at the time, where each takes longer. */
const SMALL_STEP = 64;
/** Most events that wait, beyond which they are missed. */
const MAX_EVENTS = 20_000;
/** How long after news the whole is judged, so that what belongs together is judged once, ms. */
const ROUND_DELAY_MS = 50;
/** Least time between two judgements of the whole, ms. */
const ROUND_EVERY_MS = 1_000;

/** Scopes that are no entities with samples: judged in rounds. */
const ROUND_SCOPES: readonly Scope[] = ['sfu', 'host', 'worker', 'router', 'room', 'peer'];

interface Dependencies extends RuleSurroundings {
  readonly world: World;
  readonly clock: Clock;
}

/**
 * Judges all rules: those of events and of the entity of an event at once, those of samples after each batch, those of the whole in
 * rounds; in slices, so that the event loop is not held.
 */
export class Engine {
  readonly #given: Dependencies;
  readonly #world: World;
  readonly #clock: Clock;
  readonly #cursor: Cursor;
  readonly #slices: Slices;
  #rules: readonly ActiveRule[] = [];
  #byScope = new Map<Scope, readonly ActiveRule[]>();
  /** Rules of a kind that read samples or what else changes without an event. */
  #sampled = new Map<SampledKind, { readonly rules: readonly ActiveRule[]; readonly columns: readonly string[] }>();
  #tallyScopes = { worker: false, router: false, room: false, peer: false };
  #needsTallies = false;
  #found = new Uint32Array(STEP);
  /** Events that wait for the next slice. */
  readonly #events: MonitorEvent[] = [];
  #eventTurn: NodeJS.Immediate | undefined;
  #missed = 0;
  #pass = 0;
  #roundTimer: Timer | null = null;
  #roundAt = Number.NEGATIVE_INFINITY;
  #dueTimer: Timer | null = null;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(given: Dependencies) {
    this.#given = given;
    this.#world = given.world;
    this.#clock = given.clock;
    this.#cursor = new Cursor(given.world);
    this.#slices = new Slices(given.clock);
  }

  /** Batches and rounds that newer ones overtook; a counter. */
  get overtaken(): number {
    return this.#slices.replaced;
  }

  /** Events that were not looked at, for there were too many; a counter. */
  get missed(): number {
    return this.#missed;
  }

  get rules(): readonly ActiveRule[] {
    return this.#rules;
  }

  statuses(): readonly RuleStatus[] {
    return this.#rules.map((rule) => rule.status());
  }

  /** From now on these rules; what one that stays has found goes on. */
  use(rules: readonly ReadyRule[]): void {
    const before = new Map(
      this.#rules.filter(({ isEnabled }) => isEnabled).map((rule) => [rule.ready.definition, rule]),
    );
    const after = rules.map((ready) => before.get(ready.definition) ?? new ActiveRule(ready, this.#given));
    const kept = new Set(after);
    for (const rule of this.#rules) if (!kept.has(rule)) rule.endAll('ruleChanged');
    this.#rules = after;
    this.#arrange();
    this.judgeAll();
  }

  observe(events: readonly MonitorEvent[]): void {
    const isIdle = this.#events.length === 0;
    if (this.#events.length > MAX_EVENTS) {
      // As after a gap: what was missed shows in the graph.
      this.#missed += this.#events.length;
      this.#events.length = 0;
      this.judgeAll();
    }
    this.#events.push(...events);
    if (isIdle) this.#observeSome();
  }

  observeBatch(batch: AnySampleBatch): void {
    this.#world.windows.ticked(batch.worker, batch.tick);
    this.#roundSoon();
    const { rules, columns } = this.#sampled.get(batch.kind) ?? { rules: [], columns: [] };
    if (rules.length === 0 || batch.length === 0) return;
    const rows = rowsOf(batch, columns);
    this.#slices.add(`${batch.worker} ${batch.kind}`, () => this.#judgeRows(rows, rules));
  }

  /** The host was read. */
  observeHost(): void {
    this.#roundSoon();
  }

  /** Judges everything, as if all of it were new; ends alerts of what is gone. */
  judgeAll(): void {
    this.#slices.add('all', () => this.#judgeGraph());
    this.#roundSoon();
  }

  /** Ends alerts that were taken over from before a restart and that nothing has confirmed since. */
  endUnconfirmed(): void {
    for (const rule of this.#rules) {
      for (const subject of rule.subjects) {
        if (subject.track.phase === 'firing' && !subject.track.isConfirmed) rule.end(subject.key, 'vanished');
      }
    }
  }

  stop(): void {
    this.#slices.stop();
    clearImmediate(this.#eventTurn);
    this.#events.length = 0;
    this.#roundTimer?.cancel();
    this.#dueTimer?.cancel();
    this.#roundTimer = null;
    this.#dueTimer = null;
  }

  #arrange(): void {
    this.#byScope = new Map();
    for (const rule of this.#rules) this.#byScope.set(rule.scope, [...this.#of(rule.scope), rule]);
    this.#sampled = new Map(
      SAMPLED_KINDS.map((kind) => {
        const rules = this.#of(kind).filter((rule) => changesWithoutEvents(rule));
        const columns = rules.flatMap(({ ready }) =>
          ready.condition.mentions.flatMap(({ variable, field }) =>
            variable === kind && field.type === 'double' && field.sample !== undefined ? [field.sample] : [],
          ),
        );
        return [kind, { rules, columns: [...new Set(columns)] }];
      }),
    );
    const counted = this.#rules.flatMap(({ ready }) =>
      ready.condition.mentions.filter(({ name }) => TALLY_FIELDS.has(name)),
    );
    const counts = (scope: string): boolean => counted.some(({ variable }) => variable === scope);
    this.#tallyScopes = {
      worker: counts('worker'),
      router: counts('router'),
      room: counts('room'),
      peer: counts('peer'),
    };
    this.#needsTallies = counted.length > 0;
  }

  #of(scope: Scope): readonly ActiveRule[] {
    return this.#byScope.get(scope) ?? [];
  }

  #observe(event: MonitorEvent): void {
    this.#world.windows.observe(event);
    if (event.type === 'monitor.resync') this.judgeAll();
    for (const rule of this.#of('event')) {
      const { eventTypes } = rule.ready.condition;
      if (eventTypes !== null && !eventTypes.includes(event.type)) continue;
      const truth = rule.evaluate(this.#cursor.onEvent(event));
      if (truth === TRUE) rule.judge(this.#cursor, truth);
      rule.evaluated();
    }
    if (event.type === 'room.closed' && event.room !== null) this.#end('room', `room/${event.room}`, 'vanished');
    if (event.type === 'peer.left' && event.peer !== null) {
      this.#end('peer', `peer/${JSON.stringify([event.room, event.peer])}`, 'vanished');
    }
    if (event.entity === null || event.type.startsWith('alert.')) return;
    const { kind, key } = event.entity;
    const rules = this.#byScope.get(kind as Scope);
    if (rules === undefined) return;
    if (event.type.endsWith('.closed')) {
      for (const rule of rules) rule.end(key, 'vanished');
      return;
    }
    const node = this.#world.graph.get(key);
    if (node === undefined) return;
    for (const rule of rules) this.#judgeNode(rule, node);
    if (event.type === 'entity.identified') for (const rule of rules) rule.identified(this.#cursor.onEntity(node));
  }

  /** Observes what waits, a slice at a time, in order: the first at once, so that what happens is told at once. */
  #observeSome(): void {
    const until = this.#clock.monotonic() + SLICE_MS;
    let done = 0;
    while (done < this.#events.length && (done === 0 || this.#clock.monotonic() < until))
      this.#observe(this.#events[done++]!);
    this.#events.splice(0, done);
    this.#roundSoon();
    this.#schedule();
    if (this.#events.length === 0) return;
    this.#eventTurn = setImmediate(() => this.#observeSome());
  }

  #end(scope: Scope, key: string, cause: ResolveCause): void {
    for (const rule of this.#of(scope)) rule.end(key, cause);
  }

  #judgeNode(rule: ActiveRule, node: EntityNode): void {
    const truth = rule.evaluate(this.#cursor.onEntity(node));
    if (truth !== undefined) rule.judge(this.#cursor, truth);
    rule.evaluated();
  }

  #judgeWhole(rule: ActiveRule, room: string | null, peer: string | null): void {
    const truth = rule.evaluate(this.#cursor.onWhole(room, peer));
    if (truth !== undefined) rule.judge(this.#cursor, truth);
  }

  *#judgeRows(rows: Rows, rules: readonly ActiveRule[]): Generator<void> {
    for (const rule of rules) {
      if (!rule.isEnabled) continue;
      this.#pass++;
      const pass = this.#pass;
      for (let from = 0; from < rows.entities.length; from += STEP) {
        this.#judgeStep(rule, rows, from, Math.min(from + STEP, rows.entities.length), pass);
        yield;
      }
      // Those it has found before and that were not found now: they may have got well, or are unknown.
      let judged = 0;
      for (const subject of rule.subjects) {
        if (subject.pass === pass || subject.worker !== rows.worker) continue;
        this.#judgeAgain(rule, subject);
        if (++judged % SMALL_STEP === 0) yield;
      }
      rule.evaluated();
    }
    this.#schedule();
  }

  #judgeStep(rule: ActiveRule, rows: Rows, from: number, to: number, pass: number): void {
    const count = scanRows(rows.columns, rule.ready.condition.scans, from, to, this.#found);
    const cursor = this.#cursor;
    for (let index = 0; index < (count === -1 ? to - from : count); index++) {
      const row = count === -1 ? from + index : this.#found[index]!;
      cursor.onEntity(rows.entities[row]!);
      cursor.columns = rows.columns;
      cursor.row = row;
      if (rule.evaluate(cursor) !== TRUE) continue;
      // The batch has waited: the entity may have closed or changed since.
      const node = this.#world.graph.get(rows.entities[row]!.key);
      if (node === undefined) continue;
      cursor.onEntity(node);
      cursor.columns = rows.columns;
      const subject = rule.judge(cursor, TRUE);
      if (subject !== undefined) subject.pass = pass;
    }
    cursor.columns = null;
  }

  #judgeAgain(rule: ActiveRule, subject: Subject): void {
    const node = subject.entity === null ? undefined : this.#world.graph.get(subject.entity.key);
    if (node === undefined) return;
    const truth = rule.evaluate(this.#cursor.onEntity(node));
    if (truth === FALSE || truth === UNKNOWN) rule.judge(this.#cursor, truth);
  }

  *#judgeGraph(): Generator<void> {
    const { graph } = this.#world;
    const snapshot = graph.snapshot();
    for (const rule of this.#rules) {
      if (rule.scope === 'room' || rule.scope === 'peer') continue;
      for (const subject of rule.subjects) {
        const isGone = subject.entity !== null && subject.event === null && graph.get(subject.entity.key) === undefined;
        if (isGone) rule.end(subject.key, 'vanished');
      }
    }
    let judged = 0;
    for (const kind of SAMPLED_KINDS) {
      const rules = this.#of(kind);
      if (rules.length === 0) continue;
      for (const node of snapshot.all(kind)) {
        if (graph.get(node.key) !== node) continue;
        for (const rule of rules) this.#judgeNode(rule, node);
        if (++judged % SMALL_STEP === 0) yield;
      }
    }
    this.#schedule();
  }

  #roundSoon(): void {
    if (this.#roundTimer !== null || this.#rules.length === 0) return;
    const now = this.#clock.monotonic();
    const wait = Math.max(ROUND_DELAY_MS, this.#roundAt + ROUND_EVERY_MS - now);
    this.#roundTimer = this.#clock.setTimeout(() => {
      this.#roundTimer = null;
      this.#roundAt = this.#clock.monotonic();
      this.#slices.add('round', () => this.#judgeRound());
    }, wait);
  }

  *#judgeRound(): Generator<void> {
    const { graph, stats, tallies } = this.#world;
    const snapshot = graph.snapshot();
    if (this.#needsTallies) yield* tallies.count(snapshot, stats, this.#tallyScopes);
    let judged = 0;
    for (const scope of ROUND_SCOPES) {
      for (const rule of this.#of(scope)) {
        for (const judge of this.#judgements(rule, scope)) {
          judge();
          if (++judged % SMALL_STEP === 0) yield;
        }
        rule.evaluated();
      }
    }
    this.#schedule();
  }

  *#judgements(rule: ActiveRule, scope: Scope): Generator<() => void> {
    const snapshot = this.#world.graph.snapshot();
    if (scope === 'worker' || scope === 'router') {
      for (const node of snapshot.all(scope)) {
        yield () => {
          const now = this.#world.graph.get(node.key);
          if (now !== undefined) this.#judgeNode(rule, now);
        };
      }
    } else if (scope === 'room') {
      for (const { room } of snapshot.rooms()) yield () => this.#judgeWhole(rule, room, null);
    } else if (scope === 'peer') {
      for (const { room, peer } of snapshot.peers()) yield () => this.#judgeWhole(rule, room, peer);
    } else yield () => this.#judgeWhole(rule, null, null);
  }

  /** Wakes up when the next alert is due to fire or to end. */
  #schedule(): void {
    const next = this.#rules.reduce((soonest, rule) => Math.min(soonest, rule.nextDue()), Number.POSITIVE_INFINITY);
    if (next === this.#dueAt && this.#dueTimer !== null) return;
    this.#dueTimer?.cancel();
    this.#dueTimer = null;
    this.#dueAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    this.#dueTimer = this.#clock.setTimeout(() => this.#advance(), Math.max(0, next - this.#clock.monotonic()));
  }

  #advance(): void {
    this.#dueTimer = null;
    const now = this.#clock.monotonic();
    for (const rule of this.#rules) rule.advance(now, (subject) => this.#place(subject));
    this.#schedule();
  }

  #place(subject: Subject): Cursor {
    if (subject.event !== null) return this.#cursor.onEvent(subject.event);
    const node = subject.entity === null ? undefined : this.#world.graph.get(subject.entity.key);
    return node === undefined ? this.#cursor.onWhole(subject.room, subject.peer) : this.#cursor.onEntity(node);
  }
}

/** Whether its condition can change though nothing happened to its entity: it reads samples, ages, or what is around it. */
function changesWithoutEvents({ ready, scope }: ActiveRule): boolean {
  return ready.condition.mentions.some(
    ({ variable, name, field }) =>
      variable !== scope ||
      name === 'ageSeconds' ||
      name === 'stress' ||
      (field.type === 'double' && field.sample !== undefined),
  );
}
