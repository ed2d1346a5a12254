import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, it, onTestFinished } from 'vitest';
import { RunDelay } from '../../../core/dispatch/run-delay.js';
import { until } from '../../support/until.js';

describe.skipIf(!existsSync('/proc/thread-self/schedstat'))('the run delay of a thread', () => {
  it('grows when others want the same processor', async () => {
    const delay = new RunDelay();
    onTestFinished(() => delay.close());
    const rivals = Array.from({ length: 8 }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    onTestFinished(() => {
      for (const rival of rivals) rival.kill('SIGKILL');
    });
    const before = delay.ms();

    await until(() => {
      for (let i = 0; i < 1_000_000; i++);
      assert.ok(delay.ms() > before + 5);
    });
  });

  it('is 0 once it is closed', () => {
    const delay = new RunDelay();
    delay.ms();

    delay.close();
    delay.close();

    assert.equal(delay.ms(), 0);
  });
});
