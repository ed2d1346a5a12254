import { hostname } from 'node:os';
import {
  ALERT_BOOK,
  ALERT_DESK,
  type AlertBook,
  type AlertDesk,
  CLOCK,
  type Clock,
  definePlugin,
  inject,
  injectable,
  LOGGER,
  type Logger,
  type MonitorPlugin,
  OPTIONS,
  PLUGIN_API_VERSION,
  type PluginHealth,
  type Registration,
} from '../../core/index.js';
import type { Courier } from './delivery/courier.js';
import { DeadLetters } from './delivery/dead-letters.js';
import type { KeptState } from './delivery/kept-state.js';
import { StateFile } from './delivery/state-file.js';
import type { Notification } from './notification.js';
import { type WebhookOptions, webhookOptions } from './options.js';
import { couriers } from './receivers.js';
import { Dispatcher, type ReceiverTraits } from './routing/dispatcher.js';
import { Inhibitor } from './routing/inhibition.js';
import { maintenanceCalendar } from './routing/maintenance.js';
import { firstRoute } from './routing/route.js';

/** Tells people and machines of alerts: gathers them into groups, and delivers each group to its receiver. */
@injectable()
export class WebhookPlugin implements MonitorPlugin {
  readonly #options: WebhookOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #book: AlertBook;
  readonly #desk: AlertDesk;
  readonly #registrations: Registration[] = [];
  readonly #deadLetters: DeadLetters;
  readonly #stateFile: StateFile | undefined;
  #dispatcher: Dispatcher | undefined;
  #inhibitor: Inhibitor | undefined;
  #couriers: ReadonlyMap<string, Courier> = new Map();

  constructor(
    @inject(OPTIONS) options: WebhookOptions,
    @inject(LOGGER) logger: Logger,
    @inject(CLOCK) clock: Clock,
    @inject(ALERT_BOOK) book: AlertBook,
    @inject(ALERT_DESK) desk: AlertDesk,
  ) {
    this.#options = options;
    this.#logger = logger;
    this.#clock = clock;
    this.#book = book;
    this.#desk = desk;
    this.#deadLetters = new DeadLetters(options.deadLetterFile, logger);
    const { stateFile: file } = options;
    this.#stateFile =
      file === undefined ? undefined : new StateFile({ file, clock, logger, state: () => this.#state() });
  }

  async start(signal: AbortSignal): Promise<void> {
    const [options, clock, logger] = [this.#options, this.#clock, this.#logger];
    const onChange = (): void => this.#stateFile?.touch();
    const kept = await this.#stateFile?.read();
    const deadLetters = this.#deadLetters;
    const onLost = (notification: Notification): void => this.#dispatcher?.lost(notification);
    this.#couriers = await couriers({ options, clock, logger, deadLetters, source: hostname(), onChange, onLost });
    signal.throwIfAborted();
    const dispatcher = new Dispatcher({
      route: firstRoute(options.route),
      clock,
      externalUrl: options.externalUrl ?? '',
      maintenance: maintenanceCalendar(options.maintenance),
      traits: (receiver) => this.#traits(receiver),
      hand: (notification) => this.#hand(notification),
      onChange,
    });
    this.#dispatcher = dispatcher;
    dispatcher.restore(kept?.groups ?? []);
    for (const notification of kept?.waiting ?? []) this.#hand(notification);
    const inhibitor = new Inhibitor(options.inhibit, (id, by) => this.#desk.inhibit(id, by));
    this.#inhibitor = inhibitor;
    const follow = this.#desk.follow((change) => {
      dispatcher.observe(change);
      inhibitor.observe(change.alert);
    });
    this.#registrations.push(follow);
    for (const alert of this.#book.active()) {
      dispatcher.observe({ alert });
      inhibitor.observe(alert);
    }
    for (const courier of this.#couriers.values()) this.#registrations.push(this.#desk.addReceiver(courier));
  }

  async flush(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#couriers.values()].map((courier) => courier.flush(signal)));
    await this.#deadLetters.flush();
  }

  async stop(): Promise<void> {
    for (const registration of this.#registrations.splice(0)) registration.release();
    this.#inhibitor?.release();
    this.#dispatcher?.stop();
    await Promise.all([...this.#couriers.values()].map((courier) => courier.stop()));
    await this.#deadLetters.flush();
    await this.#stateFile?.flush();
    const waiting = [...this.#couriers.values()].reduce((sum, courier) => sum + courier.waiting().length, 0);
    if (waiting > 0 && this.#stateFile === undefined) {
      this.#logger.warn('notifications were not delivered, and no stateFile keeps them', { waiting });
    }
  }

  health(): PluginHealth {
    const sick = [...this.#couriers.values()]
      .map((courier) => courier.status())
      .filter(({ health }) => health.status !== 'ok');
    // 'failing' before 'degraded'.
    const [first] = sick.toSorted((one, other) => other.health.status.localeCompare(one.health.status));
    const problem = this.#stateFile?.problem ?? null;
    if (first === undefined || first.health.status === 'ok') {
      return problem === null ? { status: 'ok' } : { status: 'degraded', reason: problem };
    }
    return { status: first.health.status, reason: `${first.name}: ${first.health.reason}` };
  }

  counters(): Readonly<Record<string, number>> {
    const all = [...this.#couriers.values()].map((courier) => courier.status());
    const sum = (field: 'delivered' | 'retried' | 'failed' | 'dropped' | 'queued'): number =>
      all.reduce((total, status) => total + status[field], 0);
    return {
      delivered: sum('delivered'),
      retried: sum('retried'),
      failed: sum('failed'),
      dropped: sum('dropped'),
      queueLength: sum('queued'),
      groups: this.#dispatcher?.groups ?? 0,
    };
  }

  #hand(notification: Notification): void {
    const courier = this.#couriers.get(notification.receiver);
    if (courier !== undefined) courier.push(notification);
    else this.#deadLetters.bury(notification, 'refused', 'there is no receiver of this name any more');
  }

  #traits(name: string): ReceiverTraits {
    const receiver = this.#options.receivers[name];
    return {
      sendResolved: receiver?.sendResolved ?? true,
      maxAlerts: receiver?.maxAlerts ?? 100,
      keepAliveMs: receiver?.kind === 'alertmanager' ? receiver.keepAliveMs : null,
    };
  }

  #state(): KeptState {
    return {
      groups: this.#dispatcher?.kept() ?? [],
      waiting: [...this.#couriers.values()].flatMap((courier) => courier.waiting()),
    };
  }
}

export default definePlugin({
  name: 'webhook',
  apiVersion: PLUGIN_API_VERSION,
  options: webhookOptions,
  interest: {},
  plugin: WebhookPlugin,
});
