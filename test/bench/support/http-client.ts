import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface Received {
  readonly bytes: number;
  readonly status: number;
  /** The first characters. */
  readonly start: string;
}

/** Asks from another process, so that what a client costs is not counted. */
export class HttpClient {
  readonly #process = fork(new URL('http-client.mjs', import.meta.url), { execArgv: [] });

  /** Until the process runs, and to talk with it costs what it will. */
  async ready(): Promise<void> {
    const answer = once(this.#process, 'message');
    this.#process.send({});
    await answer;
  }

  async ask(url: string, body?: string, headers: Readonly<Record<string, string>> = {}): Promise<Received> {
    const answer = once(this.#process, 'message');
    this.#process.send({ url, body, headers });
    const [received] = (await answer) as [Received];
    return received;
  }

  stop(): void {
    this.#process.disconnect();
  }
}
