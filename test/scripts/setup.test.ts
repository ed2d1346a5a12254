import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../../scripts/setup/lock.mjs';
import { Screen } from '../../scripts/setup/screen.mjs';
import { temporaryFolder, writeFile } from '../support/temporary-folder.js';

const SETUP = fileURLToPath(new URL('../../scripts/setup.mjs', import.meta.url));
const NEVER = new AbortController().signal;
/** Above the greatest process id that Linux and macOS give. */
const NO_PROCESS = '99999999';

describe('the command line', () => {
  it('explains itself', () => {
    const { status, stdout } = spawnSync(process.execPath, [SETUP, '--help'], { encoding: 'utf8' });

    expect(status).toBe(0);
    expect(stdout).toContain('--test');
  });

  it('refuses an option it does not know', () => {
    const { status, stderr } = spawnSync(process.execPath, [SETUP, '--tests'], { encoding: 'utf8' });

    expect(status).toBe(2);
    expect(stderr).toContain('unknown option --tests');
  });

  it('names the variable of a worker that is not there, before it does anything', () => {
    const env = { ...process.env, MEDIASOUP_WORKER_BIN: '/nowhere/worker' };
    const { status, stderr } = spawnSync(process.execPath, [SETUP], { encoding: 'utf8', env });

    expect(status).toBe(1);
    expect(stderr).toContain('MEDIASOUP_WORKER_BIN names /nowhere/worker, which does not exist');
    expect(stderr).toContain('what to do: correct MEDIASOUP_WORKER_BIN or unset it');
  });
});

describe('the lock of a folder', () => {
  it('keeps a second set-up waiting until the first has finished', async () => {
    const file = join(temporaryFolder(), 'cache', 'lock');
    const release = await takeLock(file, { signal: NEVER, onWait: () => {} });
    const order: string[] = [];

    const second = takeLock(file, {
      signal: NEVER,
      onWait: (pid) => {
        order.push(`waiting for ${pid}`);
        release();
      },
    });
    (await second)();

    expect(order).toEqual([`waiting for ${process.pid}`]);
    expect(existsSync(file)).toBe(false);
  });

  it('is taken over from a process that is no more', async () => {
    const file = writeFile(temporaryFolder(), 'lock', NO_PROCESS);

    const release = await takeLock(file, { signal: NEVER, onWait: () => expect.unreachable() });

    expect(readFileSync(file, 'utf8')).toBe(`${process.pid}`);
    release();
  });

  it('does not hold up an interruption', async () => {
    const file = join(temporaryFolder(), 'lock');
    const release = await takeLock(file, { signal: NEVER, onWait: () => {} });
    const interruption = new AbortController();

    const second = takeLock(file, { signal: interruption.signal, onWait: () => interruption.abort() });

    await expect(second).rejects.toThrow();
    release();
  });
});

describe('the screen', () => {
  function screen(isTTY: boolean) {
    let text = '';
    const output = {
      isTTY,
      columns: 40,
      write: (part: string) => {
        text += part;
      },
    };
    return { screen: new Screen(output), text: () => text };
  }

  it('says what begins and how it ended, in plain lines', async () => {
    const { screen: plain, text } = screen(false);

    await plain.step('one', async () => {});
    await plain.step('two', () => Promise.reject(new Error('broken'))).catch(() => {});

    expect(text()).toMatch(
      /^setup: one \.\.\.\nsetup: one: done in \d+ s\nsetup: two \.\.\.\nsetup: two: gave up after \d+ s\n$/,
    );
  });

  it('keeps all running steps on one line of a terminal, cut to its width', async () => {
    const { screen: live, text } = screen(true);

    await live.step('first', (progress) =>
      live.step('second', async (progressOfSecond) => {
        progress('1 of 2');
        progressOfSecond('a long detail that does not fit');
        live.say('by the way');
      }),
    );

    const [line = ''] = text()
      .split('\r\x1b[K')
      .filter((part) => part.includes(' | '));
    expect(text()).toMatch(/setup: by the way\nsetup: first: \d+ s, 1 of 2 \| second/);
    expect(line.split('\n').at(-1)?.length).toBeLessThan(40);
  });
});
