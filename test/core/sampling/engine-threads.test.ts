import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EngineThreads } from '../../../core/sampling/engine-threads.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A folder as `/proc/self/task`: threads by number, each with its name and the ns for which it ran. */
function tasks(threads: Readonly<Record<string, readonly [name: string, ns: number]>>): string {
  const folder = temporaryFolder();
  for (const [number, [name, ns]] of Object.entries(threads)) {
    mkdirSync(join(folder, number));
    writeFileSync(join(folder, number, 'comm'), `${name}\n`);
    run(folder, number, ns);
  }
  return folder;
}

function run(folder: string, thread: string, ns: number): void {
  writeFileSync(join(folder, thread, 'schedstat'), `${ns} 4200 17\n`);
}

describe('V8’s own threads', () => {
  it('are told from others by their names, and their CPU time is added up', () => {
    const folder = tasks({
      100: ['MainThread', 9_000_000],
      101: ['V8Worker', 2_000_000],
      102: ['libuv-worker', 50_000_000],
      103: ['V8Worker', 500_000],
    });
    const threads = new EngineThreads(folder);
    onTestFinished(() => threads.close());
    expect(threads.cpuMs()).toBe(2.5);

    run(folder, '103', 1_500_000);

    expect(threads.cpuMs()).toBe(3.5);
  });

  it('have taken nothing as far as is known where none has such a name, or there is no such folder', () => {
    const unnamed = new EngineThreads(tasks({ 100: ['node', 9_000_000], 101: ['node', 2_000_000] }));
    const nowhere = new EngineThreads(join(temporaryFolder(), 'missing'));
    onTestFinished(() => {
      unnamed.close();
      nowhere.close();
    });

    expect(unnamed.cpuMs()).toBe(0);
    expect(nowhere.cpuMs()).toBe(0);
  });

  it('have taken nothing once they are closed', () => {
    const threads = new EngineThreads(tasks({ 101: ['V8Worker', 2_000_000] }));
    const unread = new EngineThreads(tasks({ 101: ['V8Worker', 2_000_000] }));
    threads.cpuMs();

    threads.close();
    threads.close();
    unread.close();

    expect(threads.cpuMs()).toBe(0);
    expect(unread.cpuMs()).toBe(0);
  });

  it('are those of this process by default', () => {
    const threads = new EngineThreads();
    onTestFinished(() => threads.close());

    expect(threads.cpuMs()).toBeGreaterThanOrEqual(0);
  });
});
