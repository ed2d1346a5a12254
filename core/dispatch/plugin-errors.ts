import { DeadlineError, secondsText } from '../deadline.js';
import { type ErrorCode, MonitorError } from '../errors.js';
import { errorText } from '../error-text.js';
import { redact, secretValues } from '../secrets.js';
import type { PluginDefinition } from '../plugin.js';

/** Makes the errors of one plugin: each names it, and none tells its secrets. */
export class PluginErrors {
  readonly #name: string;
  readonly #secrets: readonly string[];

  constructor(name: string, definition: PluginDefinition, ...options: readonly unknown[]) {
    this.#name = name;
    const secrets = options.flatMap((value) => secretValues(definition.options, value));
    this.#secrets = [...new Set(secrets)];
  }

  text(error: unknown): string {
    return this.clean(errorText(error));
  }

  /** Takes the plugin's secrets out of a text. */
  clean(text: string): string {
    return redact(text, this.#secrets);
  }

  /** `what` completes the sentence "Plugin 'x' …". A missed deadline gets `timeoutCode` if there is one. */
  wrap(
    error: unknown,
    code: ErrorCode,
    what: string,
    deadlineMs?: number,
    timeoutCode: ErrorCode = code,
  ): MonitorError {
    const plugin = this.#name;
    if (error instanceof DeadlineError && deadlineMs !== undefined) {
      return new MonitorError(timeoutCode, `Plugin '${plugin}' did not ${what} within ${secondsText(deadlineMs)}.`, {
        plugin,
      });
    }
    const text = this.text(error);
    // The cause is shown by whoever prints the error, so it must not tell more than the message.
    const cause = text === errorText(error) ? error : new Error(text);
    return new MonitorError(code, `Plugin '${plugin}' could not ${what}: ${text}${/[.!?]$/.test(text) ? '' : '.'}`, {
      plugin,
      cause,
    });
  }
}
