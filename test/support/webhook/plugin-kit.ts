import { type AlertDraft, type AlertRaiser, type RuleKeeper, systemClock } from '../../../core/index.js';
import { AlertRegister } from '../../../core/alerts/alert-register.js';
import { RecordingLogger, sampleAlert } from '../../../core/testing/index.js';
import { webhookOptions } from '../../../plugins/webhook/options.js';
import { WebhookPlugin } from '../../../plugins/webhook/plugin.js';

const KEEPER: RuleKeeper = { rules: () => [], replaceRules: () => undefined };

/** The plugin over a real register of alerts, with real time and real connections. */
export class PluginKit implements AsyncDisposable {
  readonly logger = new RecordingLogger();
  readonly register: AlertRegister;
  readonly plugin: WebhookPlugin;
  readonly raiser: AlertRaiser;

  private constructor(options: object) {
    const { logger } = this;
    this.register = new AlertRegister({ clock: systemClock, logger, emit: () => undefined });
    this.raiser = this.register.raiser('test', KEEPER);
    this.plugin = this.again(options);
  }

  static async start(options: object): Promise<PluginKit> {
    const kit = new PluginKit(options);
    await kit.plugin.start(new AbortController().signal);
    return kit;
  }

  /** Another run of the plugin over the same alerts. It is not stopped with the kit. */
  again(options: object): WebhookPlugin {
    const { logger, register } = this;
    return new WebhookPlugin(webhookOptions.parse(options), logger, systemClock, register, register);
  }

  /** Raises an alert named `name`, or says it again. */
  fire(name: string, differences: Partial<AlertDraft> = {}): void {
    const now = systemClock.now();
    const labels = { alertname: name, severity: 'critical', ...differences.labels };
    const { state: _, ...alert } = sampleAlert({ name, since: now, firingSince: now });
    this.raiser.put({ ...alert, ...differences, id: name, labels, state: 'firing' });
  }

  end(name: string): void {
    this.raiser.resolve(name, 'recovered');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.plugin.stop();
    this.register.close();
  }
}
