import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { until } from '../../support/until.js';
import { type Received, ReceiverServer } from '../../support/webhook/receiver-server.js';

const PROGRAM = fileURLToPath(new URL('../../fixtures/webhook/notifier.mjs', import.meta.url));
const NAMES = Array.from({ length: 20 }, (_, i) => `Alert${i}`);
const LONG_MS = 60_000;

/** A process that raises alerts and tells of them. */
class Notifier implements AsyncDisposable {
  readonly #child;
  #output = '';

  constructor(given: object) {
    this.#child = spawn(process.execPath, [PROGRAM, JSON.stringify(given)], { stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  async ready(): Promise<void> {
    await until(() => assert.match(this.#output, /ready/, this.#output), LONG_MS);
  }

  end(): void {
    this.#child.stdin.write('end\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'close');
  }
}

const wordOf = ({ body }: Received): string => {
  const { status, commonLabels } = JSON.parse(body) as { status: string; commonLabels: { alertname: string } };
  return `${status} ${commonLabels.alertname}`;
};

/** How many notifications wait, as the next process will find it. */
const waitingIn = (stateFile: string): number => {
  return existsSync(stateFile) ? readFileSync(stateFile, 'utf8').split('{"waiting"').length - 1 : 0;
};

describe('a process that is killed between an alert and its delivery', { timeout: 180_000 }, () => {
  it('has lost nothing when it comes back, and says nothing by two ids', async () => {
    const taken: Received[] = [];
    let mayTake = 0;
    await using server = await ReceiverServer.start((received) => {
      if (taken.length >= mayTake) return 'hang';
      taken.push(received);
      return { status: 200 };
    });
    const since = Date.now();
    const given = {
      options: {
        receivers: { a: { kind: 'webhook', url: server.url } },
        route: { receiver: 'a', groupBy: ['alertname'], groupWaitMs: 0, groupIntervalMs: 200 },
        stateFile: join(temporaryFolder(), 'state'),
        retry: { initialMs: 50, maxMs: 100 },
      },
      names: NAMES,
      since,
    };

    // Killed while a request hangs, after so many were taken and that is on disk.
    for (const limit of [0, 3, 3, 11]) {
      mayTake = limit;
      await using notifier = new Notifier(given);
      await notifier.ready();
      await until(() => assert.equal(taken.length, limit), LONG_MS);
      await until(() => assert.equal(waitingIn(given.options.stateFile), NAMES.length - limit), LONG_MS);
    }
    mayTake = Infinity;
    const words = (): ReadonlySet<string> => new Set(taken.map(wordOf));
    await using last = new Notifier(given);
    await last.ready();
    await until(() => assert.equal(words().size, 20), LONG_MS);
    last.end();
    await until(() => assert.equal(words().size, 40), LONG_MS);

    assert.equal(taken.length, 40, 'nothing is delivered twice');
    const ids = new Map<string, Set<unknown>>();
    for (const received of taken) {
      const known = ids.get(wordOf(received)) ?? new Set();
      ids.set(wordOf(received), known.add(received.headers['webhook-id']));
    }
    for (const [word, all] of ids) assert.equal(all.size, 1, `${word} came by ${all.size} ids`);
    for (const name of NAMES) assert.ok(ids.has(`firing ${name}`) && ids.has(`resolved ${name}`), name);
  });
});
