import { AlertRegister } from '../../core/alerts/alert-register.js';
import { Drain } from '../../core/drain.js';
import type { Alert, AlertDraft, AlertRaiser, EventMap, MonitorEvent } from '../../core/index.js';
import { sampleAlert } from '../../core/testing/index.js';
import { Actions } from '../../plugins/alerts/actions/actions.js';
import { alertsOptions } from '../../plugins/alerts/options.js';
import { GraphKit } from './graph-kit.js';

type Record = EventMap['alert.actionTaken'];

/** Actions over a real register of alerts; the test raises and ends the alerts. */
export class ActionsKit {
  readonly graph: GraphKit;
  readonly register: AlertRegister;
  readonly raiser: AlertRaiser;
  readonly drain: Drain;
  readonly actions: Actions;
  readonly records: Record[] = [];

  constructor(options: Parameters<typeof alertsOptions.parse>[0]) {
    this.graph = new GraphKit({ publish: (event) => this.#note(event) });
    const { graph, clock, logger } = this.graph;
    this.register = new AlertRegister({ clock, logger, emit: (event) => graph.emit(null, event) });
    this.raiser = this.register.raiser('test', { rules: () => [], replaceRules: () => {} });
    this.drain = new Drain(clock, (event) => graph.emit(null, event));
    const { register: desk, drain } = this;
    this.actions = new Actions({ options: alertsOptions.parse(options), clock, book: desk, desk, drain });
    this.actions.begin();
  }

  /** What was recorded, in short. */
  get told(): string[] {
    return this.records.map(({ action, alert, outcome }) => `${action} ${alert} ${outcome}`);
  }

  sample(id: string, differences: Partial<Alert> = {}): AlertDraft {
    const alert = sampleAlert({ id, name: 'WorkerHung', severity: 'critical', ...differences });
    return { ...alert, state: 'firing' };
  }

  fire(id: string, differences: Partial<Alert> = {}): void {
    this.raiser.put(this.sample(id, differences));
  }

  end(id: string): void {
    this.raiser.resolve(id, 'recovered');
  }

  /** Lets waiting alerts have their turn. */
  async turn(ms = 1): Promise<void> {
    await this.graph.clock.advanceAsync(ms);
  }

  /** Lets time pass until so many actions were recorded. */
  async recorded(count: number): Promise<readonly Record[]> {
    const deadline = performance.now() + 30_000;
    while (this.records.length < count) {
      if (performance.now() > deadline) throw new Error(`only recorded: ${this.told.join(', ')}`);
      await this.turn(10);
    }
    return this.records;
  }

  #note(event: MonitorEvent): void {
    if (event.type === 'alert.actionTaken') this.records.push(event.data);
  }
}
