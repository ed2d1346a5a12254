import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../scripts/setup/command.mjs';
import { Interrupted, SetupFailure } from '../../scripts/setup/failure.mjs';
import { temporaryFolder } from '../support/temporary-folder.js';
import { eventually } from '../support/until.js';

const NEVER = new AbortController().signal;

function shell(script: string, options: { signal?: AbortSignal; deadlineMs?: number; log?: string } = {}) {
  const { signal = NEVER, deadlineMs = 60_000, log = join(temporaryFolder(), 'logs', 'step.log') } = options;
  const lines: string[] = [];
  const done = runCommand('sh', ['-c', script], {
    name: 'the step',
    log,
    signal,
    deadlineMs,
    onLine: (line) => lines.push(line),
  });
  return { done, lines, log };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('a command', () => {
  it('hands its lines over as they come and keeps all of them in the log', async () => {
    const { done, lines, log } = shell('echo one; echo two >&2; echo $INPUT; cat');
    await done;

    expect(lines.sort()).toEqual(['one', 'two']);
    expect(readFileSync(log, 'utf8')).toMatch(/^\$ sh -c [\s\S]*one\n/);
  });

  it('that fails says how, with its last lines and the log', async () => {
    const { done, log } = shell('for i in $(seq 100); do echo line $i; done; exit 3');
    const failure = await done.catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(SetupFailure);
    expect(failure).toMatchObject({ message: 'the step failed: exit code 3', log });
    expect((failure as SetupFailure).tail).toHaveLength(20);
    expect((failure as SetupFailure).tail.at(-1)).toBe('line 100');
    expect(readFileSync(log, 'utf8')).toContain('line 1\n');
  });

  it('that does not exist is a failure, too', async () => {
    const log = join(temporaryFolder(), 'step.log');

    await expect(
      runCommand('no-such-command', [], { name: 'it', log, signal: NEVER, deadlineMs: 60_000 }),
    ).rejects.toThrow('it failed: spawn no-such-command ENOENT');
  });

  it('is ended at its deadline together with what it has started', async () => {
    const { done, lines } = shell('sleep 600 & echo $!; wait', { deadlineMs: 300 });

    await expect(done).rejects.toThrow('the step failed: took longer than 300 ms');
    await eventually(() => expect(isAlive(Number(lines[0]))).toBe(false));
  });

  it('is ended by an interruption, which is no failure', async () => {
    const controller = new AbortController();
    const { done, lines } = shell('sleep 600 & echo $!; wait', { signal: controller.signal });
    const ended = done.catch((error: unknown) => error);
    await eventually(() => expect(lines).toHaveLength(1));
    controller.abort();

    expect(await ended).toBeInstanceOf(Interrupted);
    await eventually(() => expect(isAlive(Number(lines[0]))).toBe(false));
  });

  it('does not even start after an interruption', async () => {
    const folder = temporaryFolder();
    const { done } = shell(`touch ${folder}/started`, { signal: AbortSignal.abort(), log: join(folder, 'step.log') });

    await expect(done).rejects.toBeInstanceOf(Interrupted);
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });
});
