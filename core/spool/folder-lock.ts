import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { type FileHandle, open, readFile, stat, unlink, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock.js';

/** How often the holder shows that it lives. */
const BEAT_MS = 2_000;
/** A holder on another machine, or in another container, that has not done so for this long is dead. */
const LEASE_MS = 15_000;

interface Holder {
  readonly token: string;
  /** Machine and process namespace: only there does the process id mean something. */
  readonly place: string;
  readonly pid: number;
  /** When the process began, as the kernel counts; `null` where that cannot be known. Tells a process from a later one of its id. */
  readonly began: string | null;
}

/** Makes one user of a folder at a time, over all processes. A lock whose holder died is taken over. */
export class FolderLock {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #token: string;
  #beat: Timer | undefined;

  private constructor(path: string, clock: Clock, token: string) {
    this.#path = path;
    this.#clock = clock;
    this.#token = token;
    this.#beat = this.#clock.setInterval(() => void this.#renew(), BEAT_MS);
  }

  /** Rejects when another one holds it, naming it, or when the folder does not serve. */
  static async take(folder: string, clock: Clock): Promise<FolderLock> {
    const path = join(folder, 'lock');
    const token = randomUUID();
    const content = JSON.stringify({ token, place: place(), pid: process.pid, began: await beganAt(process.pid) });
    for (let attempt = 0; !(await created(path, content)); attempt++) {
      if (attempt > 2) throw new Error('its lock changes hands; is it used by several processes?');
      await removeStale(path);
    }
    return new FolderLock(path, clock, token);
  }

  /** Never rejects. */
  async release(): Promise<void> {
    this.#beat?.cancel();
    this.#beat = undefined;
    const holder = await holderOf(this.#path);
    if (holder === null || holder.token === this.#token) await unlink(this.#path).catch(() => undefined);
  }

  async #renew(): Promise<void> {
    // A beat that fails is made up for by the next one; a folder that is gone shows when it is written to.
    const now = new Date();
    await utimes(this.#path, now, now).catch(() => undefined);
  }
}

async function created(path: string, content: string): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    // A full disk must not keep anyone from reading what fills it: an empty lock holds as long as it is renewed.
    await file.writeFile(content).catch(() => undefined);
  } finally {
    await file.close();
  }
  return true;
}

/** Removes the lock of a holder that is dead; rejects when it lives. Only one process at a time does so, or two would take over. */
async function removeStale(path: string): Promise<void> {
  const guard = `${path}.takeover`;
  if (!(await created(guard, '')) && (await ageMs(guard)) < LEASE_MS) throw new Error('another process takes it over');
  try {
    const holder = await holderOf(path);
    const who = holder === null ? 'another process' : `process ${holder.pid}`;
    if (await lives(holder, path)) throw new Error(`it is in use by ${who}; give every use a folder of its own`);
    await unlink(path).catch(() => undefined);
  } finally {
    await unlink(guard).catch(() => undefined);
  }
}

async function lives(holder: Holder | null, path: string): Promise<boolean> {
  // Written in part, or elsewhere: all that can be told is whether somebody shows life.
  if (holder === null || holder.place !== place()) return (await ageMs(path)) < LEASE_MS;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return holder.began === (await beganAt(holder.pid));
}

async function holderOf(path: string): Promise<Holder | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return null;
  }
}

async function ageMs(path: string): Promise<number> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs;
}

function place(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Field 22 of `/proc/<pid>/stat` (proc(5)); the name before it may hold blanks and parentheses. */
async function beganAt(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
