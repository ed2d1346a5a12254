import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InformationThread } from '../../../core/host/information-thread.js';
import { ManualClock } from '../../support/manual-clock.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { countWorkerThreads } from '../../support/worker-threads.js';
import { eventually } from '../../support/until.js';

const PREFIX = `
const { parentPort } = require('node:worker_threads');
const answer = (id, value) => parentPort.postMessage({ id, value });`;

/** The wait before a new thread after one loss. */
const BACK_OFF_MS = 1_000;

let clock: ManualClock;
let logger: RecordingLogger;
let thread: InformationThread | undefined;

beforeEach(() => {
  clock = new ManualClock();
  logger = new RecordingLogger();
});

afterEach(async () => {
  await thread?.stop();
  thread = undefined;
});

/** A thread whose program answers messages with `body`; `call` and `id` are in scope. */
function threadRunning(body: string): InformationThread {
  thread = new InformationThread({
    clock,
    logger,
    callTimeoutMs: 10_000,
    program: `${PREFIX} parentPort.on('message', ({ id, call }) => { ${body} });`,
  });
  return thread;
}

/** Moves time until the promise settles: for what ends by a deadline, at once. */
async function passingTime<T>(promise: Promise<T>, stepMs: number): Promise<T> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await eventually(async () => {
    await clock.advanceAsync(stepMs);
    expect(settled).toBe(true);
  });
  return promise;
}

/** Moves time past the wait for a new thread, and no further: what the thread itself does takes its time. */
async function afterBackOff<T>(promise: Promise<T>): Promise<T> {
  await eventually(() => expect(clock.pending).toBe(1));
  await clock.advanceAsync(BACK_OFF_MS);
  return promise;
}

const warnings = (): string[] => logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);

describe('the thread of systeminformation', () => {
  it('answers with what the real library tells', async () => {
    thread = new InformationThread({ clock, logger, callTimeoutMs: 10_000 });

    const [system, memory] = await Promise.all([thread.ask('osInfo'), thread.ask('mem')]);

    expect(system?.platform).toBe(process.platform);
    expect(memory?.total).toBeGreaterThan(0);
  });

  it('makes its thread in a later turn of the event loop than the one in which it is first asked', async () => {
    let made = false;
    process.once('worker', () => {
      made = true;
    });
    const madeInTheSameTurn = setImmediate().then(() => made);
    const asked = threadRunning("answer(id, 'fine');").ask('cpu');

    expect(await madeInTheSameTurn).toBe(false);
    expect(await asked).toBe('fine');
    expect(made).toBe(true);
  });

  it('runs one call at a time, in the order they were asked', async () => {
    const slow = threadRunning(`
      globalThis.running = (globalThis.running ?? 0) + 1;
      const seen = globalThis.running;
      setTimeout(() => { globalThis.running--; answer(id, call + seen); }, 20);`);

    const answers = await Promise.all([slow.ask('mem'), slow.ask('cpu'), slow.ask('fsSize')]);

    expect(answers).toEqual(['mem1', 'cpu1', 'fsSize1']);
  });

  it('takes an error of the library for "unknown" and goes on with the same thread', async () => {
    const refusing = threadRunning(`
      if (call === 'cpu') parentPort.postMessage({ id, error: 'no cpu' });
      else answer(id, require('node:worker_threads').threadId);`);

    const before = await refusing.ask('mem');
    const refused = await refusing.ask('cpu');
    const after = await refusing.ask('mem');

    expect(refused).toBeNull();
    expect(after).toBe(before);
    expect(clock.pending).toBe(0);
  });

  it('gives up a call at its deadline and answers the next from a new thread after a wait', async () => {
    const hanging = threadRunning(`if (call === 'fsSize') { while (true) {} } else answer(id, 'fine');`);

    const hung = await passingTime(hanging.ask('fsSize'), 2_500);
    const next = hanging.ask('mem');
    const early = await Promise.race([next, clock.advanceAsync(999).then(() => 'waiting')]);
    await clock.advanceAsync(1);
    const late = await next;

    expect(hung).toBeNull();
    expect(early).toBe('waiting');
    expect(late).toBe('fine');
  });

  it('does not ask again for what cost two threads, and still answers the rest', async () => {
    const dying = threadRunning(`if (call === 'fsSize') process.exit(1); else answer(id, 'fine');`);

    for (let round = 0; round < 2; round++) {
      expect(await passingTime(dying.ask('fsSize'), 500)).toBeNull();
      expect(await afterBackOff(dying.ask('mem'))).toBe('fine');
    }

    expect(await dying.ask('fsSize')).toBeNull();
    expect(await dying.ask('mem')).toBe('fine');
    expect(warnings()).toEqual(['a call of systeminformation is not made any more']);
  });

  it('is given up after four losses in a row, and says so once', async () => {
    const broken = threadRunning(`throw new Error('broken');`);
    const calls = ['mem', 'cpu', 'osInfo', 'system', 'fsStats', 'fsSize'] as const;

    const answers = await passingTime(Promise.all(calls.map((call) => broken.ask(call))), 1_000);

    expect(answers).toEqual(calls.map(() => null));
    expect(warnings()).toEqual(['systeminformation is given up; what it tells of the host stays unknown']);
    expect(clock.pending).toBe(0);
  });

  it('does not keep the process alive, not even while it is asked', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const silent = threadRunning('');
    void silent.ask('mem');
    await eventually(() => expect(countWorkerThreads()).toBe(1));

    const during = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

    expect(during).toBe(before);
  });

  it('answers what is still being asked with null when it stops, and leaves no thread and no timer', async () => {
    const silent = threadRunning('');
    const asked = [silent.ask('mem'), silent.ask('cpu')];
    await eventually(() => expect(countWorkerThreads()).toBe(1));

    await silent.stop();
    await silent.stop();

    expect(await Promise.all(asked)).toEqual([null, null]);
    expect(await silent.ask('mem')).toBeNull();
    expect(clock.pending).toBe(0);
    expect(countWorkerThreads()).toBe(0);
  });
});
